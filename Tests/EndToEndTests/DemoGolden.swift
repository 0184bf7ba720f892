/// What `DemoScreenTests` must see; `^` stands for ESC.
enum Golden {
  static let at80 = #"""
    spendfuse demo: the real watcher on a made day of LLM traffic

    web-app      █████████████▉··┊·········┊······   42 %   $8.42 of $20.00
    data-team    ████████████████████······┊······   60 %  $21.27 of $35.00
    ops          █████████████████████████████▋···   90 %   $9.00 of $10.00 resumed
    ci-bot       █████████████████████████████████  101 %  $20.31 of $20.00 HALTED

    2,043 calls read   halted: the fuse has blown

      0.1 s  watch   watching 4 keys, each with a limit for 24 hours; nothing is
                     spent yet
      6.9 s  alert   51 % of $20.00 used in the last 24h by key ci-bot
      9.6 s  halt    101 % of $20.00 used in the last 24h by key ci-bot: halted;
                     $0.3171 past the limit
    """#

  static let at200 = #"""
    spendfuse demo: the real watcher on a made day of LLM traffic

    web-app      █████████████████████████████████▋······┊·······················┊···············   42 %   $8.42 of $20.00
    data-team    ████████████████████████████████████████████████▌···············┊···············   60 %  $21.27 of $35.00
    ops          ████████████████████████████████████████████████████████████████████████········   90 %   $9.00 of $10.00 resumed
    ci-bot       ████████████████████████████████████████████████████████████████████████████████  101 %  $20.31 of $20.00 HALTED

    2,043 calls read   halted: the fuse has blown

      0.1 s  watch   watching 4 keys, each with a limit for 24 hours; nothing is spent yet
      6.9 s  alert   51 % of $20.00 used in the last 24h by key ci-bot
      9.6 s  halt    101 % of $20.00 used in the last 24h by key ci-bot: halted; $0.3171 past the limit
    """#

  static let at40 = #"""
    spendfuse demo

    web-app      ███▊┊··┊·   42 %   $8.42
    data-team    █████▍·┊·   60 %  $21.27
    ops          ████████·   90 %   $9.00
    ci-bot       █████████  101 %  $20.31 !

    2,043 calls read   halted: the fuse ha…

    watch   watching 4 keys, each with a
            limit for 24 hours; nothing is…
    alert   51 % of $20.00 used in the last
            24h by key ci-bot
    halt    101 % of $20.00 used in the
            last 24h by key ci-bot: halted…
    """#

  static let withoutBlocks = #"""
    spendfuse demo: the real watcher on a made day of LLM traffic

    web-app      #############...:.........:......   42 %   $8.42 of $20.00
    data-team    ####################......:......   60 %  $21.27 of $35.00
    ops          #############################....   90 %   $9.00 of $10.00 resumed
    ci-bot       #################################  101 %  $20.31 of $20.00 HALTED

    2,043 calls read   halted: the fuse has blown

      0.1 s  watch   watching 4 keys, each with a limit for 24 hours; nothing is
                     spent yet
      6.9 s  alert   51 % of $20.00 used in the last 24h by key ci-bot
      9.6 s  halt    101 % of $20.00 used in the last 24h by key ci-bot: halted;
                     $0.3171 past the limit
    """#

  static let inColour = #"""
    ^[1mspendfuse demo: the real watcher on a made day of LLM traffic^[0m

    web-app      ^[32m█████████████▉^[0m^[2m··┊·········┊······^[0m   ^[32m42 %   $8.42 of $20.00^[0m
    data-team    ^[1m████████████████████^[0m^[2m······┊······^[0m   ^[1m60 %  $21.27 of $35.00^[0m
    ops          ^[33m█████████████████████████████▋^[0m^[2m···^[0m   ^[33m90 %   $9.00 of $10.00^[0m ^[32mresumed^[0m
    ci-bot       ^[31m█████████████████████████████████^[0m  ^[31m101 %  $20.31 of $20.00^[0m ^[31mHALTED^[0m

    ^[1m2,043 calls read   halted: the fuse has blown^[0m

      ^[2m0.1 s  ^[0m^[2mwatch   ^[0mwatching 4 keys, each with a limit for 24 hours; nothing is
                     spent yet
      ^[2m6.9 s  ^[0m^[33malert   ^[0m51 % of $20.00 used in the last 24h by key ci-bot
      ^[2m9.6 s  ^[0m^[31mhalt    ^[0m101 % of $20.00 used in the last 24h by key ci-bot: halted;
                     $0.3171 past the limit
    """#

  static let endingWithLogs = #"""

        4.8 ms  from the line that passed the limit to the halt
       $0.3171  past the limit ($20.31 of $20.00): a call is paid before it is
                logged
        $12.79  is what the loop cost: 12 calls in 4 min by their log lines
       $11,894  is what a weekend of it costs at that rate, unwatched (62 h)

    Your own logs
      Claude Code: 1,214 files in /home/ann/.claude/projects
      Codex: at least 1 file in /home/ann/.codex/sessions
      spendfuse report                       what they cost, by day
      spendfuse suggest > my-rules.yaml      caps from your own history
      spendfuse check my-rules.yaml          what these rules come to
      spendfuse watch --rules my-rules.yaml  from now on

    """#

  static let endingWithoutLogs = #"""

        4.8 ms  from the line that passed the limit to the halt
       $0.3171  past the limit ($20.31 of $20.00): a call is paid before it is logged
        $12.79  is what the loop cost: 12 calls in 4 min by their log lines
       $11,894  is what a weekend of it costs at that rate, unwatched (62 h)

    Your own calls
    There are no logs of Claude Code, Codex or LiteLLM here. Write a line a call:
      mkdir -p ~/.local/share/spendfuse/usage
      echo '{"key":"me","model":"gpt-5","input_tokens":1200}' \
        >> ~/.local/share/spendfuse/usage/try.jsonl
      spendfuse report ~/.local/share/spendfuse/usage
      spendfuse watch --rules rules.yaml     with the repository's rules.yaml
    Here, spendfuse is
      ./.build/release/spendfuse

    """#
}
