package io.durablespring.runtime;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

import io.durablespring.history.VersionOrder;
import io.durablespring.spi.Transport;
import org.jspecify.annotations.Nullable;

/**
 * Finds the implementation that an instance of some version runs on. Thread-safe.
 */
final class OrchestratorVersions implements Transport.Versions {

	private final DefinitionRegistry registry;

	private final Versioning versioning;

	private final Comparator<@Nullable String> order = new VersionOrder();

	OrchestratorVersions(DefinitionRegistry registry, Versioning versioning) {
		this.registry = registry;
		this.versioning = versioning;
	}

	/**
	 * Fails if the default version makes two implementations of one name the same.
	 * @throws DuplicateNameException if it does
	 */
	void check() {
		if (this.versioning.defaultVersion() == null) {
			return;
		}
		for (Definition unversioned : this.registry.orchestrators()) {
			if (unversioned.version() == null) {
				String version = versionOf(unversioned);
				this.registry.orchestrators(unversioned.name())
					.stream()
					.filter((other) -> other != unversioned && this.order.compare(versionOf(other), version) == 0)
					.findFirst()
					.ifPresent((other) -> {
						throw new DuplicateNameException("Orchestrator", unversioned.name(), version, other.method(),
								unversioned.method());
					});
			}
		}
	}

	/** The version of an implementation: its own, or else the application's. */
	@Nullable String versionOf(Definition implementation) {
		return (implementation.version() != null) ? implementation.version() : this.versioning.defaultVersion();
	}

	/** The version that a new instance gets if nobody asks for one. */
	@Nullable String defaultFor(String name) {
		if (this.versioning.defaultVersion() != null) {
			return this.versioning.defaultVersion();
		}
		return newest(this.registry.orchestrators(name)).map(Definition::version).orElse(null);
	}

	Optional<Definition> find(String name, @Nullable String version) {
		List<Definition> implementations = this.registry.orchestrators(name);
		Optional<Definition> exact = implementations.stream()
			.filter((implementation) -> this.order.compare(versionOf(implementation), version) == 0)
			.findFirst();
		if (exact.isPresent()) {
			return exact;
		}
		return switch (this.versioning.match()) {
			case STRICT -> Optional.empty();
			case NONE -> newest(implementations);
			case CURRENT_OR_OLDER -> implementations.stream()
				.filter((implementation) -> this.order.compare(versionOf(implementation), version) > 0)
				.min(Comparator.comparing(this::versionOf, this.order));
		};
	}

	private Optional<Definition> newest(List<Definition> implementations) {
		return implementations.stream().max(Comparator.comparing(this::versionOf, this.order));
	}

	/**
	 * A name that nobody registered counts as runnable: the instance fails, which says
	 * more than waiting for ever.
	 */
	@Override
	public boolean canRun(String name, @Nullable String version) {
		return this.registry.orchestrators(name).isEmpty() || find(name, version).isPresent();
	}

	@Override
	public String fingerprint() {
		String all = this.versioning.match() + this.registry.orchestrators()
			.stream()
			.map((implementation) -> implementation.name() + "\n" + versionOf(implementation))
			.sorted()
			.collect(Collectors.joining("\n"));
		try {
			byte[] digest = MessageDigest.getInstance("SHA-256").digest(all.getBytes(StandardCharsets.UTF_8));
			return HexFormat.of().formatHex(digest, 0, 8);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java platform has SHA-256", ex);
		}
	}

}
