/**
 * Files of functions and layers: {@link dev.rapid.runtimes.files.ZipArchive} unpacks an archive,
 * {@link dev.rapid.runtimes.files.LayerMerge} makes several layers one folder, and {@link
 * dev.rapid.runtimes.files.Scratch} is the private directory that holds both.
 */
@NullMarked
package dev.rapid.runtimes.files;

import org.jspecify.annotations.NullMarked;
