package dev.rapid.cli.config;

/** Who may call the function URL. */
public enum UrlAuthType {
  /** All callers. */
  NONE,
  /** Callers that sign their requests; any signature counts. */
  AWS_IAM
}
