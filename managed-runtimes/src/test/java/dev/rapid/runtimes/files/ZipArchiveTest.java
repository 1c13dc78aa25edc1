package dev.rapid.runtimes.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ZipArchiveTest {

  private static final int FILE = 0100000;
  private static final int LINK = 0120000;

  @TempDir Path temporary;
  private Path folder;

  @BeforeEach
  void prepare() throws IOException {
    folder = Files.createDirectories(temporary.toRealPath().resolve("unpacked/here"));
  }

  private void unpack(ZipBytes zip) throws IOException {
    new ZipArchive(zip.write(temporary.resolve("code.zip"))).unpack(folder);
  }

  private static String mode(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  @Test
  void files_keep_their_permissions() throws IOException {
    unpack(
        new ZipBytes()
            .add("bootstrap", FILE | 0755, "#!/bin/sh\n")
            .add("lib/secret", FILE | 0640, "x"));

    assertThat(mode(folder.resolve("bootstrap"))).isEqualTo("rwxr-xr-x");
    assertThat(mode(folder.resolve("lib/secret"))).isEqualTo("rw-r-----");
    assertThat(folder.resolve("lib/secret")).hasContent("x");
  }

  @Test
  void a_bootstrap_without_permissions_can_be_executed() throws IOException {
    unpack(new ZipBytes().add("bootstrap", 0, "#!/bin/sh\n").add("other", 0, "x"));

    assertThat(folder.resolve("bootstrap")).isExecutable();
    assertThat(Files.isExecutable(folder.resolve("other"))).isFalse();
  }

  @Test
  void symbolic_links_stay_links() throws IOException {
    unpack(new ZipBytes().add("lib/a.so", LINK | 0777, "a.so.1").add("lib/a.so.1", FILE, "x"));

    assertThat(Files.readSymbolicLink(folder.resolve("lib/a.so"))).isEqualTo(Path.of("a.so.1"));
    assertThat(folder.resolve("lib/a.so")).hasContent("x");
  }

  @ParameterizedTest
  @ValueSource(strings = {"../x", "a/../../x", "/x", "../here2/x"})
  void an_entry_outside_is_refused_and_nothing_is_written_there(String name) {
    ZipBytes zip = new ZipBytes().add("inside", FILE, "x").add(name, FILE | 0644, "y");

    assertThatThrownBy(() -> unpack(zip))
        .hasMessageContaining("'" + name + "' leads out of the folder");
    assertThat(folder.resolveSibling("x")).doesNotExist();
    assertThat(folder.resolveSibling("here2")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"../../x", "/etc/passwd", "../.."})
  void a_link_to_the_outside_is_refused(String target) {
    ZipBytes zip = new ZipBytes().add("link", LINK | 0777, target);

    assertThatThrownBy(() -> unpack(zip)).hasMessageContaining("'link' leads out of the folder");
  }

  @Test
  void a_link_that_leads_outside_over_another_one_is_refused() {
    ZipBytes zip =
        new ZipBytes()
            .add("d/e/up", LINK | 0777, "../..")
            .add("out", LINK | 0777, "d/e/up/../../unpacked");

    assertThatThrownBy(() -> unpack(zip)).hasMessageContaining("'out' leads out of the folder");
  }

  @Test
  void nothing_is_written_through_a_link() {
    ZipBytes zip =
        new ZipBytes().add("dir", LINK | 0777, "other").add("dir/file", FILE | 0644, "x");

    assertThatThrownBy(() -> unpack(zip)).isInstanceOf(IOException.class);
  }

  @Test
  void a_compressed_archive_is_read() throws IOException {
    Path file = temporary.resolve("code.zip");
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry("a/b.txt"));
      zip.write("hello".repeat(100).getBytes(StandardCharsets.UTF_8));
    }

    new ZipArchive(file).unpack(folder);

    assertThat(folder.resolve("a/b.txt")).hasContent("hello".repeat(100));
  }

  @Test
  void a_file_that_is_no_archive_is_named() throws IOException {
    Path file = Files.writeString(temporary.resolve("code.zip"), "not an archive at all, but text");

    assertThatThrownBy(() -> new ZipArchive(file).unpack(folder))
        .hasMessageContaining("code.zip is no ZIP archive");
  }
}
