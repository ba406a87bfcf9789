package io.durablespring.benchmarks;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

import dev.restate.client.Client;
import dev.restate.client.Response;
import dev.restate.client.SendResponse;
import dev.restate.common.Request;
import dev.restate.common.Target;
import dev.restate.sdk.JsonSerdes;
import dev.restate.sdk.endpoint.Endpoint;
import dev.restate.sdk.http.vertx.RestateHttpServer;

import org.springframework.util.FileSystemUtils;

/**
 * Restate: its server in a process of its own, with default settings, and steps in this
 * process. The server is a program that whoever runs this must have; an environment
 * variable says where.
 */
final class Restate implements Contender {

	static final String VARIABLE = "BENCHMARK_RESTATE_SERVER";

	// As many calls under way as it takes to keep the server busy.
	private static final int UNDER_WAY = 128;

	private static final HttpClient HTTP = HttpClient.newHttpClient();

	private final Path directory;

	private final Process server;

	private final Client client;

	private final Map<String, SendResponse<String>> started = new ConcurrentHashMap<>();

	private final Map<String, LongAdder> completed = new ConcurrentHashMap<>();

	Restate(Settings settings, LongAdder steps) throws Exception {
		this.directory = Files.createTempDirectory(Path.of(settings.required("target")), "restate-");
		int ingress = freePort();
		int admin = freePort();
		this.server = startServer(ingress, admin, freePort());
		await("http://127.0.0.1:" + admin + "/health");
		await("http://127.0.0.1:" + ingress + "/restate/health");
		int port = RestateHttpServer.listen(Endpoint.bind(new RestatePrograms(steps).definition()), 0);
		register(admin, port);
		this.client = Client.connect("http://127.0.0.1:" + ingress);
	}

	private Process startServer(int ingress, int admin, int node) throws IOException {
		ProcessBuilder builder = new ProcessBuilder(System.getenv(VARIABLE), "--base-dir",
				this.directory.resolve("data").toString(), "--node-name", "benchmarks", "--no-logo");
		Map<String, String> environment = builder.environment();
		environment.remove(VARIABLE);
		environment.put("RESTATE_INGRESS__BIND_ADDRESS", "127.0.0.1:" + ingress);
		environment.put("RESTATE_ADMIN__BIND_ADDRESS", "127.0.0.1:" + admin);
		environment.put("RESTATE_BIND_ADDRESS", "127.0.0.1:" + node);
		environment.put("RESTATE_ADVERTISED_ADDRESS", "http://127.0.0.1:" + node);
		environment.put("RESTATE_LOG_FILTER", "warn");
		environment.put("DO_NOT_TRACK", "1");
		Process process = builder.redirectErrorStream(true)
			.redirectOutput(this.directory.resolve("server.log").toFile())
			.start();
		Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
		return process;
	}

	private static int freePort() throws IOException {
		try (ServerSocket socket = new ServerSocket(0)) {
			return socket.getLocalPort();
		}
	}

	private void await(String address) throws Exception {
		long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
		while (true) {
			try {
				if (HTTP
					.send(HttpRequest.newBuilder(URI.create(address)).build(), HttpResponse.BodyHandlers.discarding())
					.statusCode() == 200) {
					return;
				}
			}
			catch (IOException ex) {
				// Not yet.
			}
			if (System.nanoTime() > deadline || !this.server.isAlive()) {
				throw new IllegalStateException("Restate does not start: see " + this.directory);
			}
			Thread.sleep(100);
		}
	}

	private static void register(int admin, int port) throws Exception {
		HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + admin + "/deployments"))
			.header("content-type", "application/json")
			.POST(HttpRequest.BodyPublishers.ofString("{\"uri\":\"http://127.0.0.1:" + port + "\"}"))
			.build();
		HttpResponse<String> response = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
		if (response.statusCode() / 100 != 2) {
			throw new IllegalStateException(response.body());
		}
	}

	@Override
	public boolean runs(Program program) {
		return RestatePrograms.knows(program);
	}

	private static Request<String, String> request(Job job) {
		return Request
			.of(Target.service(RestatePrograms.SERVICE, job.program().name()), JsonSerdes.STRING, JsonSerdes.STRING,
					String.valueOf(job.size()))
			.idempotencyKey(job.id())
			.build();
	}

	@Override
	public void start(Job job) {
		this.started.put(job.id(), this.client.send(request(job)));
	}

	// Calls, which need no second request for the output.
	@Override
	public void startAll(List<Job> jobs) throws Exception {
		Semaphore permits = new Semaphore(UNDER_WAY);
		for (Job job : jobs) {
			permits.acquire();
			note(job.id(), job.output(), permits, this.client.callAsync(request(job)));
		}
		permits.acquire(UNDER_WAY);
	}

	private void note(String id, String output, Semaphore permits, CompletableFuture<Response<String>> answer) {
		answer.whenComplete((response, failure) -> {
			if (failure == null && output.equals(response.response())) {
				this.completed.computeIfAbsent(prefix(id), (name) -> new LongAdder()).increment();
			}
			permits.release();
		});
	}

	private static String prefix(String id) {
		return id.substring(0, id.lastIndexOf('-') + 1);
	}

	@Override
	public String await(Job job) {
		return this.started.remove(job.id()).attach().response();
	}

	@Override
	public long completed(String prefix, String output) throws Exception {
		Semaphore permits = new Semaphore(UNDER_WAY);
		for (String id : this.started.keySet()) {
			if (prefix.equals(prefix(id))) {
				permits.acquire();
				note(id, output, permits, this.started.remove(id).attachAsync());
			}
		}
		permits.acquire(UNDER_WAY);
		LongAdder right = this.completed.get(prefix);
		return (right != null) ? right.sum() : 0;
	}

	@Override
	public void close() {
		this.server.destroyForcibly();
		try {
			this.server.waitFor();
			FileSystemUtils.deleteRecursively(this.directory.resolve("data"));
		}
		catch (IOException ex) {
			// What is left is in the build's directory.
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
