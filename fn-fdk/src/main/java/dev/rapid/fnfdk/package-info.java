/**
 * The worker protocol of Fn's functions (contract fn-runner, section 2): a worker makes a Unix
 * socket in a directory of its own, and takes one invocation after the other as HTTP requests.
 *
 * <p>Begin reading with {@link dev.rapid.fnfdk.FdkWorker}, one for each sandbox. What speaks HTTP
 * is in {@code dev.rapid.fnfdk.http}, behind {@link dev.rapid.fnfdk.FdkConnector}: it is loaded
 * together with Netty when the first worker has been started, see {@link
 * dev.rapid.fnfdk.LateConnector}.
 */
@NullMarked
package dev.rapid.fnfdk;

import org.jspecify.annotations.NullMarked;
