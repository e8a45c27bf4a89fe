package dev.convoy.benchmarks.preparing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.data.ImageShape;
import dev.convoy.data.image.ImageFitter;
import dev.convoy.data.image.ImageLimits;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MadeImagesTest {
  @TempDir private Path directory;

  @Test
  void everyImageIsAColourImageOfItsFormatInTheFolderOfItsLabel() throws Exception {
    for (String format : List.of("png", "jpeg")) {
      Path input = directory.resolve(format);
      new MadeImages(format, 23, 30, 40).write(input);
      try (Stream<Path> files = Files.walk(input).filter(Files::isRegularFile)) {
        assertThat(files).hasSize(23);
      }
      byte[] last = Files.readAllBytes(input.resolve("label-2/22." + format));
      assertThat(ImageFitter.naturalShape(last, ImageLimits.DEFAULT))
          .isEqualTo(new ImageShape(30, 40, 3));
      assertThat(last[0]).isEqualTo((byte) (format.equals("png") ? 0x89 : 0xFF));
    }
  }

  @Test
  void anImageDependsOnItsNumberOnly() throws Exception {
    MadeImages images = new MadeImages("png", 5, 16, 24);
    images.write(directory);
    BufferedImage read = ImageIO.read(directory.resolve("label-4/4.png").toFile());
    assertThat(pixels(read)).isEqualTo(pixels(new MadeImages("png", 9, 16, 24).image(4)));
    assertThat(pixels(images.image(3))).isNotEqualTo(pixels(images.image(4)));
  }

  private static int[] pixels(BufferedImage image) {
    return image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
  }
}
