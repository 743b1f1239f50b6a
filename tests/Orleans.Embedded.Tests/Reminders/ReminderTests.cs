using Audio.Orleans.Embedded.Tests.Support;

namespace Audio.Orleans.Embedded.Tests.Reminders;

public interface IRemindedGrain : IGrainWithStringKey
{
    Task Register(string name, TimeSpan due, TimeSpan period);

    Task Unregister(string name);

    Task<string> Names();

    Task<bool> Has(string name);

    Task Leave();
}

public class RemindedGrain : Grain, IRemindedGrain, IRemindable
{
    private string Key => this.GetPrimaryKeyString();

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        Diary.Write(Key, "activated");
        return Task.CompletedTask;
    }

    public Task Register(string name, TimeSpan due, TimeSpan period) => this.RegisterOrUpdateReminder(name, due, period);

    public async Task Unregister(string name) => await this.UnregisterReminder((await this.GetReminder(name))!);

    public async Task<string> Names() => string.Join(",", (await this.GetReminders()).Select(reminder => reminder.ReminderName).Order());

    public async Task<bool> Has(string name) => await this.GetReminder(name) is not null;

    public Task Leave()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    public Task ReceiveReminder(string reminderName, TickStatus status)
    {
        Diary.Write(Key, reminderName);
        Diary.Write(Key, $"{reminderName} at {(status.CurrentTickTime - status.FirstTickTime).TotalMinutes} every {status.Period.TotalMinutes}");
        return Task.CompletedTask;
    }
}

public interface IUnremindedGrain : IGrainWithStringKey
{
    Task Register();
}

public class UnremindedGrain : Grain, IUnremindedGrain
{
    public Task Register() => this.RegisterOrUpdateReminder("any", TimeSpan.Zero, TimeSpan.FromMinutes(1));
}

public class ReminderTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Reminders_can_be_listed_found_and_removed()
    {
        await using var silo = await TestSilo.StartAsync(builder => builder.UseInMemoryReminderService());
        var grain = silo.Grains.GetGrain<IRemindedGrain>(TestSilo.NewKey());
        await grain.Register("one", Minute, Minute).Soon();
        await grain.Register("two", Minute, Minute).Soon();
        await grain.Register("two", 2 * Minute, 3 * Minute).Soon();
        Assert.Equal("one,two", await grain.Names().Soon());
        await grain.Unregister("one").Soon();
        Assert.False(await grain.Has("one").Soon());
        Assert.Equal("two", await grain.Names().Soon());
    }

    [Fact]
    public async Task A_due_reminder_reaches_its_grain()
    {
        await using var silo = await TestSilo.StartAsync(builder => builder.UseInMemoryReminderService());
        var key = TestSilo.NewKey();
        await silo.Grains.GetGrain<IRemindedGrain>(key).Register("now", TimeSpan.FromSeconds(1), Minute).Soon();
        await Diary.Until(key, "now");
    }

    [Fact]
    public async Task A_reminder_under_a_minute_is_refused()
    {
        await using var silo = await TestSilo.StartAsync(builder => builder.UseInMemoryReminderService());
        var grain = silo.Grains.GetGrain<IRemindedGrain>(TestSilo.NewKey());
        await Assert.ThrowsAsync<ArgumentException>(() => grain.Register("hasty", Minute, TimeSpan.FromSeconds(59)).Soon());
    }

    [Fact]
    public async Task A_grain_that_takes_no_reminders_cannot_register_one()
    {
        await using var silo = await TestSilo.StartAsync(builder => builder.UseInMemoryReminderService());
        await Assert.ThrowsAsync<InvalidOperationException>(() => silo.Grains.GetGrain<IUnremindedGrain>(TestSilo.NewKey()).Register().Soon());
    }

#if ENGINE_EMBEDDED
    [Fact]
    public async Task A_reminder_ticks_each_period_and_brings_its_grain_back_to_life()
    {
        await using var silo = await TestSilo.StartAsync(builder => builder.UseInMemoryReminderService(), new());
        var key = TestSilo.NewKey();
        var grain = silo.Grains.GetGrain<IRemindedGrain>(key);
        await grain.Register("news", 5 * Minute, 2 * Minute).Soon();
        silo.Clock.Advance(4 * Minute);
        Assert.Equal(0, Diary.Count(key, "news"));
        silo.Clock.Advance(Minute);
        await Diary.Until(key, "news at 0 every 2");
        await grain.Leave().Soon();
        await Wait.Until(() => Tick() >= 2, "the reminder ticked again");
        await Diary.Until(key, "activated", 2);

        int Tick()
        {
            silo.Clock.Advance(2 * Minute);
            return Diary.Count(key, "news");
        }
    }

    [Fact]
    public async Task Reminders_go_on_after_a_restart_on_the_same_table_in_step_with_before()
    {
        var key = TestSilo.NewKey();
        var clock = new ManualClock();
        await using var first = await TestSilo.StartAsync(builder => builder.UseInMemoryReminderService(), clock);
        var table = first.Host.Services.GetRequiredService<IReminderTable>();
        await first.Grains.GetGrain<IRemindedGrain>(key).Register("news", 10 * Minute, 10 * Minute).Soon();
        await first.Host.StopAsync();
        clock.Advance(28 * Minute);
        Assert.Equal(0, Diary.Count(key, "news"));

        await using var second = await TestSilo.StartAsync(
            builder =>
            {
                builder.AddReminders();
                builder.Services.AddSingleton(table);
            },
            clock);
        clock.Advance(Minute);
        Assert.Equal(0, Diary.Count(key, "news"));
        clock.Advance(Minute);
        await Diary.Until(key, "news at 20 every 10");
    }

    [Fact]
    public async Task A_reminder_that_another_process_put_into_the_table_is_found()
    {
        await using var silo = await TestSilo.StartAsync(builder => builder.UseInMemoryReminderService(), new());
        var key = TestSilo.NewKey();
        await silo.Host.Services.GetRequiredService<IReminderTable>().UpsertRow(new()
        {
            GrainId = silo.Grains.GetGrain<IRemindedGrain>(key).GetGrainId(),
            ReminderName = "foreign",
            StartAt = silo.Clock.GetUtcNow().UtcDateTime + 7 * Minute,
            Period = Minute,
        });
        silo.Clock.Advance(5 * Minute);
        await Wait.Until(Ticked, "the reminder ticked");

        bool Ticked()
        {
            silo.Clock.Advance(Minute);
            return Diary.Count(key, "foreign") > 0;
        }
    }

    [Fact]
    public async Task A_removed_reminder_ticks_no_more()
    {
        await using var silo = await TestSilo.StartAsync(builder => builder.UseInMemoryReminderService(), new());
        var key = TestSilo.NewKey();
        var grain = silo.Grains.GetGrain<IRemindedGrain>(key);
        await grain.Register("news", 5 * Minute, Minute).Soon();
        await grain.Unregister("news").Soon();
        silo.Clock.Advance(10 * Minute);
        await grain.Names().Soon();
        Assert.Equal(0, Diary.Count(key, "news"));
    }
#endif
}
