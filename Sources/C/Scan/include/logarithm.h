// ln and exp for the spike rule. SpendEngine imports no libc, so that it can do no I/O and read no clock; of libm it needs these two
// (square roots are an instruction). Their results are the same on every host with one libm.
#ifndef SPENDFUSE_LOGARITHM_H
#define SPENDFUSE_LOGARITHM_H

static inline double natural_log(double x) { return __builtin_log(x); }
static inline double natural_exp(double x) { return __builtin_exp(x); }

#endif
