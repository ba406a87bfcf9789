import java.io.InputStream;
import java.net.URI;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;

/**
 * What mvnw falls back to where neither curl nor wget, or no SHA-512 tool, is installed: {@code get URL FILE}
 * or {@code sha512 FILE}. Run from source, so it needs a JDK and nothing else.
 */
class Download {

	public static void main(String[] args) throws Exception {
		if (args[0].equals("sha512")) {
			byte[] digest = MessageDigest.getInstance("SHA-512").digest(Files.readAllBytes(Path.of(args[1])));
			StringBuilder hex = new StringBuilder();
			for (byte b : digest) {
				hex.append(String.format("%02x", b));
			}
			System.out.println(hex);
			return;
		}
		URLConnection connection = new URI(args[1]).toURL().openConnection();
		connection.setConnectTimeout(30_000);
		connection.setReadTimeout(60_000);
		try (InputStream in = connection.getInputStream()) {
			Files.copy(in, Path.of(args[2]));
		}
	}

}
