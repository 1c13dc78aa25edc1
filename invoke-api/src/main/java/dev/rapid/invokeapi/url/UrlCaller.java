package dev.rapid.invokeapi.url;

import dev.rapid.http.request.ReceivedRequest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The signer of a request to a function URL (contract invoke-api, section 5.1). Any signature
 * counts; only the id of the key is known of the caller.
 *
 * @param accessKey the id of the key
 * @param accountId the caller's account
 */
record UrlCaller(String accessKey, String accountId) {

  private static final Pattern SIGNATURE =
      Pattern.compile("AWS4-[A-Z0-9-]++ (?:.*[ ,])?Credential=([A-Za-z0-9]{1,128})/.*");
  private static final Pattern SIGNED_QUERY =
      Pattern.compile("(?:.*&)?X-Amz-Credential=([A-Za-z0-9]{1,128})(?:/|%2[fF]).*");

  /** Returns the signer of {@code request}, null if it is not signed. */
  static @Nullable UrlCaller of(ReceivedRequest request, String accountId) {
    String signature = request.header("authorization");
    Matcher matcher =
        signature == null ? SIGNED_QUERY.matcher(request.rawQuery()) : SIGNATURE.matcher(signature);
    return matcher.matches() ? new UrlCaller(matcher.group(1), accountId) : null;
  }

  String userArn() {
    return "arn:aws:iam::" + accountId + ":user/" + accessKey;
  }
}
