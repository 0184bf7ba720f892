/// What the pages say beside the help of the commands.
enum CommandManualText {
  static let description = """
    spendfuse tails the usage logs that LLM proxies, SDKs and coding agents already write, sums them in windows per key, task and
    whatever a rules file names, tells people at the steps of a limit and halts the spender at its end.

    As a service it runs with /etc/spendfuse/rules.yaml:

      systemctl status spendfuse
      spendfuse status

    As a user's own service, for the logs of coding agents, once it has rules:

      mkdir -p ~/.config/spendfuse
      cp /usr/share/doc/spendfuse/examples/rules.yaml ~/.config/spendfuse/
      systemctl --user enable --now spendfuse
    """

  static let exitStatus = """
    0: fine. 1: something was found or failed. 64: wrong usage. 78, of watch only: the state needs a person, and another try
    would not help.
    """

  struct Entry: Sendable {
    /// In mdoc.
    var head: String
    var text: String
  }

  static let lists: [(title: String, entries: [Entry])] = [
    (
      "Files",
      [
        Entry(head: path("/etc/spendfuse/rules.yaml"), text: "The rules of the system's service."),
        Entry(head: path("~/.config/spendfuse/rules.yaml"), text: "The rules of a user's own service."),
        Entry(
          head: path("/var/lib/spendfuse"), text: "The state of the system's service: sums, halts, alerts."),
        Entry(
          head: path("~/.local/state/spendfuse"),
          text: "The state of a user's own, and in halts/ what its rules have halted."),
        Entry(
          head: path("/run/spendfuse/halts"),
          text: "What the system's rules have halted: a file for each key and task."),
        Entry(head: path("/usr/share/doc/spendfuse/examples/rules.yaml"), text: "A commented rules file."),
      ]
    ),
    (
      "Environment",
      [
        Entry(
          head: variable("STATE_DIRECTORY"),
          text:
            "The state, where --state is not given; else $XDG_STATE_HOME/spendfuse, else ~/.local/state/spendfuse."
        ),
        Entry(
          head: variable("RUNTIME_DIRECTORY"), text: "Where the daemon's control socket is; set by systemd."),
        Entry(head: variable("CREDENTIALS_DIRECTORY"), text: "Where secrets are looked for; set by systemd."),
        Entry(
          head: variable("NOTIFY_SOCKET") + " , " + variable("WATCHDOG_USEC"),
          text: "Where and how often watch tells systemd how it is."),
        Entry(head: variable("NO_COLOR"), text: "No colours, whatever its value."),
      ]
    ),
    (
      "Exit status",
      [
        Entry(head: "0", text: "Fine."),
        Entry(
          head: "1",
          text: "Something was found or failed: a mistake in the rules, an unreadable log, nothing to resume."
        ),
        Entry(head: "64", text: "Wrong usage."),
        Entry(
          head: "78",
          text:
            "watch only: the state needs a person (it is damaged, or of a later version). The service is not tried again."
        ),
      ]
    ),
  ]

  private static func path(_ path: String) -> String { "Pa \(ManualText.argument(path))" }
  private static func variable(_ name: String) -> String { "Ev \(ManualText.argument(name))" }
}
