using AudioOrleans.Grains.Interfaces.Streams;

namespace AudioOrleans.Grains.Streams;

/// <content>Moves from node to node: the relay ends here with a last whole segment and another goes on there; who listens and what is on air come along.</content>
public sealed partial class StreamGrain
{
    private const string MigrationKey = "live";

    /// <inheritdoc/>
    public Task Leave()
    {
        MigrateOnIdle();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        await relays.EndAsync(Id);
        if (stored.RecordExists)
            await WriteJournal();
        await _reports.WrittenAsync();
    }

    /// <inheritdoc/>
    public void OnDehydrate(IDehydrationContext dehydrationContext) =>
        dehydrationContext.TryAddValue(MigrationKey, new StreamMigrationState(_live.CurrentTrack, _live.Audiences, _watchers.Current, _journal.LastDiscontinuity));

    /// <inheritdoc/>
    public void OnRehydrate(IRehydrationContext rehydrationContext)
    {
        if (!rehydrationContext.TryGetValue<StreamMigrationState>(MigrationKey, out var migrated))
            return;
        _live.Restore(migrated.CurrentTrack, migrated.Audiences);
        _journal.RememberDiscontinuity(migrated.LastDiscontinuity);
        foreach (var watcher in migrated.Watchers)
            _watchers.Add(watcher);
    }
}

/// <summary>What a stream takes along to another node.</summary>
/// <param name="CurrentTrack">What is on air.</param>
/// <param name="Audiences">The last report of each gateway.</param>
/// <param name="Watchers">Who is told of changes.</param>
/// <param name="LastDiscontinuity">The newest discontinuity number, written or not.</param>
[GenerateSerializer, Immutable, Alias("audio.streams.migrated")]
public sealed record StreamMigrationState(
    [property: Id(0)] string? CurrentTrack,
    [property: Id(1)] ImmutableArray<AudienceReport> Audiences,
    [property: Id(2)] ImmutableArray<IStreamObserver> Watchers,
    [property: Id(3)] long LastDiscontinuity);
