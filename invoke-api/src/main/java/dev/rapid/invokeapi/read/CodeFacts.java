package dev.rapid.invokeapi.read;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The size and the hash of code (contract templates-and-runtimes, section 8.2). Of a directory, the
 * hash is over the names, sizes and times of its files, whose contents are not read. Not
 * thread-safe.
 */
final class CodeFacts {

  private final Map<Path, Fact> known = new HashMap<>();

  /**
   * The facts of one directory or archive.
   *
   * @param size in bytes, of a directory the sum of its files
   * @param sha256 in Base64
   */
  record Fact(long size, String sha256) {}

  /**
   * Returns the facts of code: the first time by looking at the files.
   *
   * @param code a directory or an archive; null, or one that is not there, has the facts of nothing
   */
  Fact of(@Nullable Path code) {
    if (code == null) {
      return new Fact(0, base64(sha256().digest()));
    }
    return known.computeIfAbsent(code, CodeFacts::look);
  }

  private static Fact look(Path code) {
    try {
      return Files.isDirectory(code) ? ofDirectory(code) : ofArchive(code);
    } catch (IOException e) {
      return new Fact(0, base64(sha256().digest()));
    }
  }

  private static Fact ofArchive(Path archive) throws IOException {
    try (InputStream in = Files.newInputStream(archive);
        DigestInputStream digested = new DigestInputStream(in, sha256())) {
      long size = digested.transferTo(OutputStream.nullOutputStream());
      return new Fact(size, base64(digested.getMessageDigest().digest()));
    }
  }

  private static Fact ofDirectory(Path directory) throws IOException {
    List<String> lines = new ArrayList<>();
    long[] size = {0};
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            size[0] += attributes.size();
            lines.add(
                directory.relativize(file)
                    + "\n"
                    + attributes.size()
                    + "\n"
                    + attributes.lastModifiedTime().toMillis()
                    + "\n");
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) {
            return FileVisitResult.CONTINUE;
          }
        });
    Collections.sort(lines);
    MessageDigest digest = sha256();
    lines.forEach(line -> digest.update(line.getBytes(StandardCharsets.UTF_8)));
    return new Fact(size[0], base64(digest.digest()));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("Every Java has SHA-256", e);
    }
  }

  private static String base64(byte[] hash) {
    return Base64.getEncoder().encodeToString(hash);
  }
}
