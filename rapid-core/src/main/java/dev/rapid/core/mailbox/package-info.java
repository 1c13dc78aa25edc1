/**
 * How a state machine gets its events, one at a time and without a lock: {@link
 * dev.rapid.core.mailbox.Mailbox}.
 */
@NullMarked
package dev.rapid.core.mailbox;

import org.jspecify.annotations.NullMarked;
