/**
 * The server of an Fn runner (contract fn-runner, section 1): {@link
 * dev.rapid.fnrunner.server.RunnerService} has its methods, and an {@link
 * dev.rapid.fnrunner.server.Engagement} is one call on its way. Begin reading with {@link
 * dev.rapid.fnrunner.server.ServerFactory}.
 *
 * <p>The packaged program loads this package together with gRPC, when a runner is configured.
 */
@NullMarked
package dev.rapid.fnrunner.server;

import org.jspecify.annotations.NullMarked;
