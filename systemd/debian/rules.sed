# Makes /etc/spendfuse/rules.yaml of the repository's rules.yaml (`sed -f`): all else is the same text.
# A user's file becomes the system's: it says what was changed, and looks on first.
1,/^$/c\
# spendfuse watches the usage logs that LLM proxies and SDKs write, and blows the fuse before the invoice does.\
# This is /usr/share/doc/spendfuse/examples/rules.yaml, with three changes for the system's service:\
#   1. `mode: shadow` below: it writes down what it would have done, tells nobody and halts nobody. See the numbers with\
#      `spendfuse status`, then take that line out: `systemctl reload spendfuse`.\
#   2. No logs in home directories, which the service does not see: `systemctl --user enable --now spendfuse` watches a user's own.\
#   3. Halts are files in /run/spendfuse/halts, where every program may look.\
\
mode: shadow                  # caps the mode of every rule\

# Logs in home directories: a source of two lines.
/^  - path: ~\//{
N
d
}
s/^# `\*` stays within a directory, `\*\*` goes into all of them, `~` is the home directory\./# `*` stays within a directory, `**` goes into all of them./
s#^  - directory: {path: ~/\.local/state/spendfuse/halts}#  - directory: {path: /run/spendfuse/halts}#
s#^\# Where callers see that they are halted\. This directory needs no rights and no server; #\# Where callers see that they are halted. This directory needs no server; #
