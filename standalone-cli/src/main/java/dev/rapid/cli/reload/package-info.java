/**
 * Watches files and says which functions, or which settings, their changes concern.
 *
 * <p>Begin with {@link dev.rapid.cli.reload.FileWatch}. {@link dev.rapid.cli.reload.WatchedTrees}
 * knows the folders, {@link dev.rapid.cli.reload.GatheredChanges} waits until a change is complete,
 * and {@link dev.rapid.cli.reload.IgnoredFiles} leaves out what does not matter.
 */
@NullMarked
package dev.rapid.cli.reload;

import org.jspecify.annotations.NullMarked;
