/**
 * Function apps of Azure Functions in the configuration: the members of the mapping {@code azure}
 * ({@link dev.rapid.cli.config.azure.AzureReader}), and the functions of an app with what starts
 * their worker ({@link dev.rapid.cli.config.azure.AzureApp}). A start without such an app loads
 * nothing of it.
 */
@NullMarked
package dev.rapid.cli.config.azure;

import org.jspecify.annotations.NullMarked;
