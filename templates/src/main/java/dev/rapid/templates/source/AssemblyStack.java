package dev.rapid.templates.source;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A stack in the output of the CDK.
 *
 * @param displayName the name for people, with its stage: {@code Prod/Orders}
 * @param stackName the name in CloudFormation
 * @param template its template
 * @param account the account, null if the app does not say
 * @param region the region, null if the app does not say
 * @param assets where its code is
 */
public record AssemblyStack(
    String displayName,
    String stackName,
    Path template,
    @Nullable String account,
    @Nullable String region,
    AssetManifest assets) {}
