package dev.rapid.cli;

/** Who may call the function URL. */
enum UrlAuthType {
  /** Everybody. */
  NONE,
  /** Whoever signs his request; any signature counts. */
  AWS_IAM
}
