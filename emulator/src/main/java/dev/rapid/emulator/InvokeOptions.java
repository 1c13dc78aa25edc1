package dev.rapid.emulator;

import dev.rapid.lambda.Identifiers;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Options of an invocation.
 *
 * @param requestId the id that the runtime and the log get, a UUID; null for a new one
 * @param clientContext the client context, JSON on one line; null for none
 * @param logTail whether the result has the end of the invocation's log; such a result comes after
 *     the extensions are done
 * @param qualifier the version or alias that runs, null for none
 */
public record InvokeOptions(
    @Nullable String requestId,
    @Nullable String clientContext,
    boolean logTail,
    @Nullable String qualifier) {

  /** A new request id, no client context, no log, no qualifier. */
  public static final InvokeOptions DEFAULT = new InvokeOptions(null, null, false, null);

  /**
   * Checks the options.
   *
   * @throws IllegalArgumentException if the request id is no UUID or the client context has a
   *     control character
   */
  public InvokeOptions {
    if (requestId != null) {
      if (!Identifiers.isUuid(requestId)) {
        throw new IllegalArgumentException("The request id is not a UUID");
      }
      requestId = requestId.toLowerCase(Locale.ROOT);
    }
    if (clientContext != null && clientContext.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException("The client context has a control character");
    }
  }

  /** Returns these options with a request id. */
  public InvokeOptions withRequestId(String id) {
    return new InvokeOptions(id, clientContext, logTail, qualifier);
  }

  /** Returns these options with a client context. */
  public InvokeOptions withClientContext(String json) {
    return new InvokeOptions(requestId, json, logTail, qualifier);
  }

  /** Returns these options with the end of the log in the result. */
  public InvokeOptions withLogTail() {
    return new InvokeOptions(requestId, clientContext, true, qualifier);
  }

  /** Returns these options for a version or an alias. */
  public InvokeOptions withQualifier(String versionOrAlias) {
    return new InvokeOptions(requestId, clientContext, logTail, versionOrAlias);
  }
}
