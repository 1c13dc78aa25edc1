/**
 * Keeps web pages from sending requests: {@link dev.rapid.http.browser.HostCheck} refuses names
 * that do not belong to this machine (DNS rebinding), {@link dev.rapid.http.browser.OriginCheck}
 * refuses pages of other origins.
 */
@NullMarked
package dev.rapid.http.browser;

import org.jspecify.annotations.NullMarked;
