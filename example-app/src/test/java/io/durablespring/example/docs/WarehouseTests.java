package io.durablespring.example.docs;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

import io.durablespring.DurableClient;
import io.durablespring.InstanceStatus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * The code of the page on transactions does what that says.
 */
class WarehouseTests {

	private final Parcels parcels = new Parcels();

	private ConfigurableApplicationContext context;

	private Warehouse warehouse;

	private DurableClient client;

	private JdbcClient database;

	@BeforeEach
	void start() {
		this.context = new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
			.initializers((starting) -> starting.getBeanFactory().registerSingleton("parcels", this.parcels))
			.run("--durable.transport=in-process", "--spring.datasource.url=jdbc:h2:mem:" + UUID.randomUUID());
		this.warehouse = this.context.getBean(Warehouse.class);
		this.client = this.context.getBean(DurableClient.class);
		this.database = this.context.getBean(JdbcClient.class);
		this.database.sql("CREATE TABLE purchase (id VARCHAR(50) PRIMARY KEY, article VARCHAR(50))").update();
		this.database.sql("CREATE TABLE stock (article VARCHAR(50) PRIMARY KEY, pieces INTEGER)").update();
		this.database.sql("INSERT INTO stock VALUES ('lamp', 1)").update();
	}

	@AfterEach
	void stop() {
		this.context.close();
	}

	@Test
	void anOrderAndItsInstanceAreAcceptedTogether() throws Exception {
		this.warehouse.accept("one", "lamp");
		assertThat(this.client.awaitCompletion("one", Duration.ofSeconds(30)).readOutputAs(String.class))
			.isEqualTo("sent lamp");
		assertThat(pieces()).isZero();
		assertThatExceptionOfType(DuplicateKeyException.class).isThrownBy(() -> this.warehouse.accept("one", "lamp"));
		assertThat(this.parcels.sent).hasSize(1);
	}

	@Test
	void whatCannotBeTakenIsToldOf() throws Exception {
		this.warehouse.accept("one", "chair");
		assertThat(this.client.awaitCompletion("one", Duration.ofSeconds(30)).status())
			.isEqualTo(InstanceStatus.FAILED);
		await().until(() -> this.parcels.complaints.size() == 1);
		assertThat(this.parcels.complaints).singleElement().asString().startsWith("one: ");
		assertThat(pieces()).isEqualTo(1);
	}

	private int pieces() {
		return this.database.sql("SELECT pieces FROM stock WHERE article = 'lamp'").query(Integer.class).single();
	}

	private static final class Parcels implements Warehouse.Courier {

		private final Map<String, String> sent = new ConcurrentHashMap<>();

		private final List<String> complaints = new CopyOnWriteArrayList<>();

		@Override
		public String send(String key, String article) {
			return this.sent.computeIfAbsent(key, (unsent) -> "sent " + article);
		}

		@Override
		public void complain(String text) {
			this.complaints.add(text);
		}

	}

	/** No configuration class by annotation: the example application would find it. */
	@EnableAutoConfiguration
	@Import(Warehouse.class)
	static class Application {

	}

}
