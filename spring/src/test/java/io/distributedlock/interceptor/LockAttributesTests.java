package io.distributedlock.interceptor;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.time.Duration;
import java.util.Map;

import io.distributedlock.LockRequest;
import io.distributedlock.Renewal;
import io.distributedlock.annotation.DistributedLock;
import io.distributedlock.annotation.OnContention;
import org.junit.jupiter.api.Test;

import org.springframework.context.support.ApplicationObjectSupport;
import org.springframework.core.annotation.AliasFor;
import org.springframework.scheduling.annotation.Scheduled;

import static org.assertj.core.api.Assertions.assertThat;

class LockAttributesTests {

	@Test
	void annotationWithoutAttributesLocksTheMethodByItsName() {
		try (LockedContext context = LockedContext.of(Plain.class)) {
			context.get(Plain.class).run();

			assertThat(context.locks.last())
				.isEqualTo(LockRequest.of(Plain.class.getName() + ".run").withName("Plain.run"));
		}
	}

	@Test
	void attributesBecomeTheRequest() {
		try (LockedContext context = LockedContext.of(Map.of("lease", "1m", "shop", "north"), Full.class)) {
			context.get(Full.class).run(42);

			assertThat(context.locks.last()).isEqualTo(LockRequest.of("north:42")
				.withName("full")
				.withTtl(Duration.ofMinutes(1))
				.withWaitTime(Duration.ofMillis(500))
				.withMinHold(Duration.ofSeconds(2))
				.withMaxHold(Duration.ofSeconds(90))
				.withRenewal(Renewal.AUTO));
		}
	}

	@Test
	void placeholderWithAnEmptyValueMeansTheDefault() {
		try (LockedContext context = LockedContext.of(EmptyPlaceholder.class)) {
			context.get(EmptyPlaceholder.class).run();

			assertThat(context.locks.last().ttl()).isEmpty();
		}
	}

	@Test
	void valueIsTheKey() {
		try (LockedContext context = LockedContext.of(Overloaded.class)) {
			context.get(Overloaded.class).run();

			assertThat(context.locks.last().key()).isEqualTo("one");
		}
	}

	@Test
	void namesOfOverloadsTellTheirParameters() {
		try (LockedContext context = LockedContext.of(Overloaded.class)) {
			Overloaded bean = context.get(Overloaded.class);
			bean.run();
			assertThat(context.locks.last().name()).isEqualTo("Overloaded.run()");
			bean.run("a", new int[0]);
			assertThat(context.locks.last().name()).isEqualTo("Overloaded.run(String,int[])");
		}
	}

	@Test
	void overloadThatIsNotAnnotatedIsNotLocked() {
		try (LockedContext context = LockedContext.of(HalfAnnotated.class)) {
			context.get(HalfAnnotated.class).run("a");
			assertThat(context.locks.keys()).isEmpty();
			context.get(HalfAnnotated.class).run();
			assertThat(context.locks.last().name()).isEqualTo("HalfAnnotated.run");
		}
	}

	@Test
	void annotationOnTheTypeLocksItsPublicMethods() {
		try (LockedContext context = LockedContext.of(TypeLevel.class)) {
			TypeLevel bean = context.get(TypeLevel.class);
			bean.first();
			bean.inherited();
			bean.hidden();

			assertThat(context.locks.keys()).containsExactly(TypeLevel.class.getName() + ".first",
					TypeLevel.class.getName() + ".inherited");
		}
	}

	@Test
	void annotationOnTheTypeLeavesMethodsOfObjectAlone() {
		try (LockedContext context = LockedContext.of(TypeLevel.class)) {
			TypeLevel bean = context.get(TypeLevel.class);
			assertThat(bean).hasToString("type level").hasSameHashCodeAs(bean).isEqualTo(bean);

			assertThat(context.locks.keys()).isEmpty();
		}
	}

	@Test
	void annotationOnTheTypeLeavesFinalMethodsOfSuperclassesAlone() {
		try (LockedContext context = LockedContext.of(FrameworkBean.class)) {
			FrameworkBean bean = context.get(FrameworkBean.class);
			bean.setApplicationContext(null);
			assertThat(context.locks.keys()).isEmpty();
			bean.run();

			assertThat(context.locks.keys()).containsExactly(FrameworkBean.class.getName() + ".run");
		}
	}

	@Test
	void annotationOnTheMethodReplacesThatOnTheType() {
		try (LockedContext context = LockedContext.of(TypeLevel.class)) {
			context.get(TypeLevel.class).own();

			assertThat(context.locks.last()).isEqualTo(LockRequest.of("own").withName("TypeLevel.own"));
		}
	}

	@Test
	void composedAnnotationsOverrideAttributes() {
		try (LockedContext context = LockedContext.of(Composed.class)) {
			context.get(Composed.class).run("a");

			assertThat(context.locks.last())
				.isEqualTo(LockRequest.of("order:a").withName("orders").withTtl(Duration.ofSeconds(5)));
		}
	}

	@Test
	void annotationsOfInterfacesApply() {
		try (LockedContext context = LockedContext.of(JobBean.class)) {
			context.get(Job.class).run("a");
			context.get(Job.class).clean();

			assertThat(context.locks.keys()).containsExactly("job:a", JobBean.class.getName() + ".clean");
		}
	}

	@Test
	void lambdaIsLockedByItsInterfacesAnnotation() {
		try (LockedContext context = LockedContext
			.of((beans) -> beans.registerBean(Work.class, () -> (item) -> item))) {
			context.get(Work.class).run("a");

			assertThat(context.locks.keys()).containsExactly("work:a");
		}
	}

	@Test
	void genericMethodsAreLockedThroughTheirBridges() {
		try (LockedContext context = LockedContext.of(StringHandler.class)) {
			Handler<String> handler = context.get(StringHandler.class);
			handler.handle("a");

			assertThat(context.locks.keys()).containsExactly("handle:a");
		}
	}

	@Test
	void inheritedMethodsAreLockedByTheBeansOwnClass() {
		try (LockedContext context = LockedContext.of(FirstImport.class, SecondImport.class)) {
			context.get(FirstImport.class).run();
			context.get(SecondImport.class).run();

			assertThat(context.locks.keys()).containsExactly(FirstImport.class.getName() + ".run",
					SecondImport.class.getName() + ".run");
		}
	}

	@Test
	void methodsOfOtherBeansAreNotLocked() {
		try (LockedContext context = LockedContext.of(Unlocked.class)) {
			context.get(Unlocked.class).run();

			assertThat(context.locks.keys()).isEmpty();
			assertThat(context.get(Unlocked.class).getClass()).isEqualTo(Unlocked.class);
		}
	}

	@Test
	void methodsOnACronScheduleHoldTheirLockForASecond() {
		try (LockedContext context = LockedContext.of(Schedules.class)) {
			Schedules bean = context.get(Schedules.class);
			bean.cron();
			assertThat(context.locks.last().minHold()).isEqualTo(Duration.ofSeconds(1));
			bean.composed();
			assertThat(context.locks.last().minHold()).isEqualTo(Duration.ofSeconds(1));
			bean.twice();
			assertThat(context.locks.last().minHold()).isEqualTo(Duration.ofSeconds(1));
		}
	}

	@Test
	void minHoldOfTheAnnotationWinsOverThatOfCronSchedules() {
		try (LockedContext context = LockedContext.of(Schedules.class)) {
			Schedules bean = context.get(Schedules.class);
			bean.ownMinHold();
			assertThat(context.locks.last().minHold()).isEqualTo(Duration.ofSeconds(5));
			bean.noMinHold();
			assertThat(context.locks.last().minHold()).isZero();
		}
	}

	@Test
	void minHoldOfCronSchedulesIsConfigurable() {
		LockAnnotationSettings settings = new LockAnnotationSettings(LockAnnotationSettings.STANDARD.defaults(),
				Duration.ofSeconds(7));
		try (LockedContext context = LockedContext.of((beans) -> {
			beans.registerBean(LockAnnotationSettings.class, () -> settings);
			beans.register(Schedules.class);
		})) {
			context.get(Schedules.class).cron();

			assertThat(context.locks.last().minHold()).isEqualTo(Duration.ofSeconds(7));
		}
	}

	@Test
	void methodsWithAnIntervalHaveNoMinHold() {
		try (LockedContext context = LockedContext.of(Schedules.class)) {
			context.get(Schedules.class).interval();

			assertThat(context.locks.last().minHold()).isZero();
		}
	}

	static class Plain {

		@DistributedLock
		void run() {
		}

	}

	static class Full {

		@DistributedLock(key = "${shop}:#{#id}", name = "full", ttl = "${lease}", waitTime = "500ms", minHold = "PT2S",
				maxHold = "1m30s", renewal = Renewal.AUTO, onContention = OnContention.THROW)
		void run(int id) {
		}

	}

	static class EmptyPlaceholder {

		@DistributedLock(ttl = "${no.such.property:}")
		void run() {
		}

	}

	static class Overloaded {

		@DistributedLock("one")
		void run() {
		}

		@DistributedLock(key = "two")
		void run(String text, int[] numbers) {
		}

	}

	static class HalfAnnotated {

		@DistributedLock
		void run() {
		}

		void run(String text) {
		}

	}

	@DistributedLock
	static class FrameworkBean extends ApplicationObjectSupport {

		public void run() {
		}

	}

	static class TypeLevelBase {

		public void inherited() {
		}

	}

	@DistributedLock(ttl = "5s")
	static class TypeLevel extends TypeLevelBase {

		public void first() {
		}

		@DistributedLock("own")
		public void own() {
		}

		void hidden() {
		}

		public static void helper() {
		}

		@Override
		public boolean equals(Object other) {
			return this == other;
		}

		@Override
		public int hashCode() {
			return 1;
		}

		@Override
		public String toString() {
			return "type level";
		}

	}

	@Target(ElementType.METHOD)
	@Retention(RetentionPolicy.RUNTIME)
	@DistributedLock(ttl = "5s", name = "orders")
	@interface OrderLock {

		@AliasFor(annotation = DistributedLock.class, attribute = "key")
		String order();

	}

	static class Composed {

		@OrderLock(order = "order:#{#id}")
		void run(String id) {
		}

	}

	interface Job {

		@DistributedLock("job:#{#item}")
		void run(String item);

		@DistributedLock
		void clean();

	}

	static class JobBean implements Job {

		@Override
		public void run(String item) {
		}

		@Override
		public void clean() {
		}

	}

	@FunctionalInterface
	interface Work {

		@DistributedLock("work:#{#item}")
		String run(String item);

	}

	abstract static class Handler<T> {

		@DistributedLock("handle:#{#item}")
		abstract void handle(T item);

	}

	static class StringHandler extends Handler<String> {

		@Override
		void handle(String item) {
		}

	}

	abstract static class Import {

		@DistributedLock
		public void run() {
		}

	}

	static class FirstImport extends Import {

	}

	static class SecondImport extends Import {

	}

	static class Unlocked {

		void run() {
		}

	}

	@Target(ElementType.METHOD)
	@Retention(RetentionPolicy.RUNTIME)
	@Scheduled(cron = "0 0 3 * * *")
	@interface Nightly {

	}

	static class Schedules {

		@Scheduled(cron = "0 0 3 * * *")
		@DistributedLock
		void cron() {
		}

		@Nightly
		@DistributedLock
		void composed() {
		}

		@Scheduled(cron = "0 0 3 * * *")
		@Scheduled(cron = "0 0 4 * * *")
		@DistributedLock
		void twice() {
		}

		@Scheduled(cron = "0 0 3 * * *")
		@DistributedLock(minHold = "5s")
		void ownMinHold() {
		}

		@Scheduled(cron = "0 0 3 * * *")
		@DistributedLock(minHold = "0s")
		void noMinHold() {
		}

		@Scheduled(fixedRate = 1000)
		@DistributedLock
		void interval() {
		}

	}

}
