package dev.rapid.cli.config;

/** Who may call the function URL. */
public enum UrlAuthType {
  /** Everybody. */
  NONE,
  /** Whoever signs his request; any signature counts. */
  AWS_IAM
}
