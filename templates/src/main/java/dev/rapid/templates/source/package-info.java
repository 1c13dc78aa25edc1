/**
 * Files: which template is meant ({@link dev.rapid.templates.source.TemplateFinder}), the stacks of
 * a CDK cloud assembly ({@link dev.rapid.templates.source.CloudAssembly}) and where their code is
 * ({@link dev.rapid.templates.source.AssetManifest}). Nothing here changes or unpacks a file.
 */
@NullMarked
package dev.rapid.templates.source;

import org.jspecify.annotations.NullMarked;
