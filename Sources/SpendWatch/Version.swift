/// The version that `--version`, alerts and the state carry.
package let spendfuseVersion = "0.1.0"
