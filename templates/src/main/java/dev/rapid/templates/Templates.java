package dev.rapid.templates;

import dev.rapid.templates.api.ConfiguredApis;
import dev.rapid.templates.document.Problems;
import dev.rapid.templates.document.TemplateException;
import dev.rapid.templates.output.Section;
import dev.rapid.templates.output.YamlText;
import dev.rapid.templates.output.YamlWriter;
import dev.rapid.templates.resource.ConfiguredFunctions;
import dev.rapid.templates.resource.EnvironmentOverrides;
import dev.rapid.templates.source.Source;
import dev.rapid.templates.source.TemplateFinder;
import dev.rapid.templates.stack.LoadSettings;
import dev.rapid.templates.stack.LocalAddresses;
import dev.rapid.templates.stack.StackTree;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reads SAM and CloudFormation templates and the output of the CDK as configuration files
 * (contracts templates-and-runtimes, and http-front-door, section 10).
 */
public final class Templates {

  private Templates() {}

  /**
   * Returns the configuration file that a template stands for.
   *
   * @param fileOrDirectory a template; or a directory with one, or with the output of the CDK
   * @throws TemplateException if there is none, or something in it is wrong
   */
  public static Translation read(Path fileOrDirectory, TemplateOptions options)
      throws TemplateException {
    Problems problems = new Problems();
    Source source = TemplateFinder.find(fileOrDirectory, problems);
    StackTree tree = StackTree.load(source, settings(options), problems);
    Paths paths = new Paths(directory(fileOrDirectory));
    Section root = new Section(tree.position());
    putPlace(root, options);
    Section functions =
        ConfiguredFunctions.read(
            tree, new EnvironmentOverrides(options.variables()), options.layers(), paths::written);
    if (functions.isEmpty()) {
      problems.error(tree.position(), "there is no function in this template");
    }
    root.put("functions", functions);
    root.put("apis", ConfiguredApis.read(tree));
    problems.throwIfErrors();
    YamlText text = YamlWriter.write(root.node());
    return new Translation(
        text.text(), paths.directory(), problems.warnings(), tree.files(), text.origins());
  }

  private static LoadSettings settings(TemplateOptions options) {
    return new LoadSettings(
        options.region(),
        options.accountId(),
        options.parameters(),
        options.referenceValues(),
        new LocalAddresses(options.apiEndpoint(), options.callersEndpoint()),
        options.baseDirectory(),
        options.keepsConditional());
  }

  /** Returns where the relative paths of the configuration file start. */
  private static Path directory(Path fileOrDirectory) {
    Path absolute = fileOrDirectory.toAbsolutePath().normalize();
    Path parent = absolute.getParent();
    return Files.isDirectory(absolute) || parent == null ? absolute : parent;
  }

  private static void putPlace(Section root, TemplateOptions options) {
    if (options.region() != null) {
      root.put("region", root.origin(), options.region());
    }
    if (options.accountId() != null) {
      root.put("account-id", root.origin(), options.accountId());
    }
  }
}
