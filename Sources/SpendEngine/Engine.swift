/// Usage records in, decisions out. A noncopyable value: no I/O, no clock, no task. Live and replay are this one code path.
///
/// The driver's loop: `advance(to: now)`, `fold` each record, take `drainHaltChanges` to the switches, and now and then `seal` a batch for
/// the state. The same sequence of advance and fold gives the same decisions however it is cut into batches.
package struct Engine: ~Copyable {
  package init(rules: RuleSet, prices: PriceTable, restoring saved: SavedState) {}
}
