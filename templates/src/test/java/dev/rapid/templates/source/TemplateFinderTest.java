package dev.rapid.templates.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rapid.templates.document.Problems;
import dev.rapid.templates.document.TemplateException;
import dev.rapid.templates.source.Source.CdkOutput;
import dev.rapid.templates.source.Source.TemplateFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TemplateFinderTest {

  @TempDir private Path directory;

  private final Problems problems = new Problems();

  @Test
  void a_file_is_the_template_whatever_its_name() throws Exception {
    Path file = create("anything.txt");

    assertThat(TemplateFinder.find(file, problems)).isEqualTo(new TemplateFile(file));
  }

  @Test
  void a_yml_file_comes_before_a_json_file() throws Exception {
    create("template.json");
    Path file = create("template.yml");

    assertThat(TemplateFinder.find(directory, problems)).isEqualTo(new TemplateFile(file));
  }

  @Test
  void a_built_template_comes_before_its_source() throws Exception {
    Path source = create("template.yaml");
    Path built = create(".aws-sam/build/template.yaml");
    age(source, 2);
    age(built, 1);

    assertThat(TemplateFinder.find(directory, problems)).isEqualTo(new TemplateFile(built));
    assertThat(problems.warnings()).isEmpty();
  }

  @Test
  void a_built_template_that_is_older_than_its_source_is_a_warning() throws Exception {
    Path built = create(".aws-sam/build/template.yaml");
    Path source = create("template.yml");
    age(built, 2);
    age(source, 1);

    TemplateFinder.find(directory, problems);

    assertThat(problems.warnings())
        .singleElement()
        .hasToString(
            source + ":1:1: this is newer than " + built + ", which is used; run 'sam build'");
  }

  @Test
  void the_output_of_the_cdk_is_taken_if_there_is_no_template() throws Exception {
    create("cdk.json");
    create("cdk.out/manifest.json");

    assertThat(TemplateFinder.find(directory, problems))
        .isEqualTo(new CdkOutput(directory.resolve("cdk.out")));
  }

  @Test
  void the_output_of_the_cdk_may_be_named_itself() throws Exception {
    create("manifest.json");
    create("cdk.out");

    assertThat(TemplateFinder.find(directory, problems)).isEqualTo(new CdkOutput(directory));
  }

  @Test
  void a_cdk_app_without_output_is_an_error_that_says_how_to_make_it() throws Exception {
    create("cdk.json");

    assertThatThrownBy(() -> TemplateFinder.find(directory, problems))
        .isInstanceOf(TemplateException.class)
        .hasMessage(directory + ":1:1: this CDK app has no output 'cdk.out'; run 'cdk synth'");
  }

  @Test
  void a_directory_without_a_template_is_an_error_that_says_what_was_looked_for() {
    assertThatThrownBy(() -> TemplateFinder.find(directory, problems))
        .isInstanceOf(TemplateException.class)
        .hasMessage(
            directory
                + ":1:1: there is no template in this directory: none of"
                + " .aws-sam/build/template.yaml, template.yaml, template.yml, template.json"
                + " or cdk.out/manifest.json");
  }

  private Path create(String name) throws IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, "{}");
  }

  private static void age(Path file, int hours) throws IOException {
    Files.setLastModifiedTime(
        file, FileTime.from(Instant.parse("2026-01-02T00:00:00Z").minusSeconds(3600L * hours)));
  }
}
