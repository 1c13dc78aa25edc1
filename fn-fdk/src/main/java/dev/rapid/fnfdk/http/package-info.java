/**
 * HTTP to workers over their sockets, with Netty. Loaded together with it, see {@link
 * dev.rapid.fnfdk.LateConnector}.
 *
 * <p>Begin reading with {@link dev.rapid.fnfdk.http.WorkerLink}: one process of a worker. A {@link
 * dev.rapid.fnfdk.http.Call} is one invocation on its way, over a {@link
 * dev.rapid.fnfdk.http.WorkerConnection}. All of it runs on one event loop.
 */
@NullMarked
package dev.rapid.fnfdk.http;

import org.jspecify.annotations.NullMarked;
