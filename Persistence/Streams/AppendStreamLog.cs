using AudioOrleans.Persistence.GrainStates;

namespace AudioOrleans.Persistence.Streams;

/// <summary>Appends to a stream's history and timeline, together with its state.</summary>
/// <param name="StreamId">The stream.</param>
/// <param name="Tracks">Tracks that have started.</param>
/// <param name="Timeline">What happened.</param>
public sealed record AppendStreamLog(Guid StreamId, IReadOnlyCollection<TrackRow> Tracks, IReadOnlyCollection<TimelineRow> Timeline) : IStateEffect
{
    /// <inheritdoc/>
    public async ValueTask ApplyAsync(StateWrite write)
    {
        await StreamTables.AppendAsync(write.Transaction, this, write.CancellationToken);
    }
}
