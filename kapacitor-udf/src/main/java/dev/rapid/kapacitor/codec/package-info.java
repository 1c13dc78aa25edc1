/**
 * The frames of both directions (contract kapacitor-udf, section 1): a length and a message. What a
 * peer may send is checked before memory is reserved for it. Begin reading with {@link
 * dev.rapid.kapacitor.codec.FrameReader} and {@link dev.rapid.kapacitor.codec.FrameWriter}; {@link
 * dev.rapid.kapacitor.codec.UnixStreams} are the streams of a socket.
 */
@NullMarked
package dev.rapid.kapacitor.codec;

import org.jspecify.annotations.NullMarked;
