using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Hosting;
using Orleans.Timers;

namespace Orleans.Runtime;

/// <summary>Keeps the table's reminders going while the silo runs, and takes new ones.</summary>
internal sealed class ReminderService(
    IServiceProvider services, IOptions<ReminderOptions> options, TimeProvider clock, ILogger<ReminderService> log)
    : IReminderRegistry, ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    private readonly ConcurrentDictionary<(GrainId, string), Reminder> _reminders = new();
    private readonly SemaphoreSlim _changing = new(1);
    private ITimer? _refresh;
    private bool _stopped;

    private IReminderTable Table => services.GetService<IReminderTable>() ?? throw new OrleansConfigurationException(
        "Reminders need a table: register an IReminderTable, or call UseInMemoryReminderService.");

    public static void Register(IServiceCollection services)
    {
        if (services.Any(service => service.ServiceType == typeof(ReminderService)))
            return;
        services.AddSingleton<ReminderService>();
        services.AddSingleton<IReminderRegistry>(provider => provider.GetRequiredService<ReminderService>());
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(provider => provider.GetRequiredService<ReminderService>());
    }

    public void Participate(ISiloLifecycle lifecycle) =>
        lifecycle.Subscribe<ReminderService>(ServiceLifecycleStage.Active, StartAsync, StopAsync);

    public async Task<IGrainReminder> RegisterOrUpdateReminder(GrainId callingGrainId, string reminderName, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dueTime, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(period, TimeSpan.Zero);
        if (period < options.Value.MinimumReminderPeriod)
        {
            throw new ArgumentException(
                $"The reminder '{reminderName}' asks for a period of {period}; the shortest is {options.Value.MinimumReminderPeriod}.",
                nameof(period));
        }

        ThrowUnlessInGrain();
        var entry = new ReminderEntry
        {
            GrainId = callingGrainId,
            ReminderName = reminderName,
            StartAt = clock.GetUtcNow().UtcDateTime + dueTime,
            Period = period,
        };
        entry.ETag = await ChangeAsync(async () =>
        {
            var etag = await Table.UpsertRow(entry);
            entry.ETag = etag;
            Keep(entry);
            return etag;
        });
        return new RegisteredReminder(entry);
    }

    public async Task UnregisterReminder(GrainId callingGrainId, IGrainReminder reminder)
    {
        ThrowUnlessInGrain();
        var entry = (reminder as RegisteredReminder)?.Entry ?? throw new ArgumentException("The reminder is not one of this silo's.", nameof(reminder));
        var removed = await ChangeAsync(async () =>
        {
            var gone = await Table.RemoveRow(entry.GrainId, entry.ReminderName, entry.ETag!);
            if (gone && _reminders.TryRemove((entry.GrainId, entry.ReminderName), out var known))
                known.Dispose();
            return gone;
        });
        if (!removed)
            throw new ReminderException($"The reminder '{entry.ReminderName}' of {entry.GrainId} has changed or is gone; get it again.");
    }

    public async Task<IGrainReminder?> GetReminder(GrainId callingGrainId, string reminderName)
    {
        ThrowUnlessInGrain();
        return await Table.ReadRow(callingGrainId, reminderName) is { } entry ? new RegisteredReminder(entry) : null;
    }

    public async Task<List<IGrainReminder>> GetReminders(GrainId callingGrainId)
    {
        ThrowUnlessInGrain();
        return [.. (await Table.ReadRows(callingGrainId)).Reminders.Select(entry => new RegisteredReminder(entry))];
    }

    public void Dispose()
    {
        _refresh?.Dispose();
        _changing.Dispose();
    }

    private static void ThrowUnlessInGrain()
    {
        if (Activation.Current is null)
            throw new InvalidOperationException("Reminders are registered in a turn of the grain that they are for.");
    }

    private async Task StartAsync(CancellationToken token)
    {
        await Table.StartAsync(token).WaitAsync(options.Value.InitializationTimeout, clock, token);
        await RefreshAsync();
        var period = options.Value.RefreshReminderListPeriod;
        _refresh = clock.CreateTimer(_ => _ = RefreshQuietlyAsync(), null, period, period);
    }

    private async Task StopAsync(CancellationToken token)
    {
        _refresh?.Dispose();
        _stopped = true;
        foreach (var reminder in _reminders.Values)
            reminder.Dispose();
        await Table.StopAsync(token);
    }

    /// <summary>What others changed in the table is taken over.</summary>
    private async Task RefreshAsync() => await ChangeAsync(async () =>
    {
        var rows = (await Table.ReadRows(0, 0)).Reminders.ToDictionary(entry => (entry.GrainId, entry.ReminderName));
        foreach (var (key, reminder) in _reminders)
        {
            if (!rows.ContainsKey(key) && _reminders.TryRemove(key, out _))
                reminder.Dispose();
        }

        foreach (var entry in rows.Values)
            Keep(entry);
        return true;
    });

    private async Task RefreshQuietlyAsync()
    {
        try
        {
            await RefreshAsync();
        }
        catch (Exception failure)
        {
            log.LogWarning(failure, "Reading the reminders again failed; those known go on");
        }
    }

    private async Task<T> ChangeAsync<T>(Func<Task<T>> change)
    {
        await _changing.WaitAsync();
        try
        {
            return await change();
        }
        finally
        {
            _changing.Release();
        }
    }

    private void Keep(ReminderEntry entry)
    {
        if (_stopped)
            return;
        if (entry.Period <= TimeSpan.Zero)
        {
            log.LogError("The table holds a reminder without a period, which never ticks: {Reminder}", entry);
            return;
        }

        var key = (entry.GrainId, entry.ReminderName);
        if (_reminders.TryGetValue(key, out var known))
        {
            if (known.ETag == entry.ETag)
                return;
            known.Dispose();
        }

        _reminders[key] = new(entry, services.GetRequiredService<IGrainFactory>().GetGrain<IRemindable>(entry.GrainId), clock, log);
    }

    private sealed record RegisteredReminder(ReminderEntry Entry) : IGrainReminder
    {
        public string ReminderName => Entry.ReminderName;
    }
}
