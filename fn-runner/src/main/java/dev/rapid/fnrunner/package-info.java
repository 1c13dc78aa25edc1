/**
 * A runner of the Fn Project (contract fn-runner, section 1): takes calls of an Fn load balancer
 * and runs them as invocations.
 *
 * <p>This package has what the runner and its owner say to each other, and no gRPC. The server is
 * in {@code dev.rapid.fnrunner.server}, which is loaded with the gRPC libraries when a runner is
 * configured. Begin reading with {@link dev.rapid.fnrunner.FnRunner}.
 */
@NullMarked
package dev.rapid.fnrunner;

import org.jspecify.annotations.NullMarked;
