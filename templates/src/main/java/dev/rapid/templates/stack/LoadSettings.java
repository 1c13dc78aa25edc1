package dev.rapid.templates.stack;

import dev.rapid.templates.language.Deployment;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What stacks are loaded with.
 *
 * @param region the user's region, null for that of the CDK app or the usual one
 * @param accountId the user's account, null for that of the CDK app or the usual one
 * @param parameters the user's values of parameters and pseudo parameters
 * @param referenceValues the user's values of references
 * @param addresses where the local front ends are
 * @param baseDirectory where relative paths start, null for the directory of each template
 * @param keepsConditional whether resources exist whose condition is false
 */
public record LoadSettings(
    @Nullable String region,
    @Nullable String accountId,
    Map<String, String> parameters,
    Map<String, String> referenceValues,
    LocalAddresses addresses,
    @Nullable Path baseDirectory,
    boolean keepsConditional) {

  private static final String USUAL_REGION = "us-east-1";
  private static final String USUAL_ACCOUNT = "000000000000";

  /**
   * Returns what a root stack is deployed with.
   *
   * @param ownRegion the region that the CDK app says, null if it does not
   * @param ownAccount the account that the CDK app says, null if it does not
   */
  Deployment deployment(@Nullable String ownRegion, @Nullable String ownAccount, String stackName) {
    return new Deployment(
        chosen(region, ownRegion, USUAL_REGION),
        chosen(accountId, ownAccount, USUAL_ACCOUNT),
        stackName,
        parameters,
        Map.of(),
        referenceValues,
        List.of());
  }

  private static String chosen(@Nullable String ofUser, @Nullable String own, String usual) {
    if (ofUser != null) {
      return ofUser;
    }
    return own == null ? usual : own;
  }
}
