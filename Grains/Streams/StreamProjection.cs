using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Persistence.GrainStates;
using AudioOrleans.Persistence.Streams;
using Npgsql;

namespace AudioOrleans.Grains.Streams;

/// <summary>Updates the stream tables with their states.</summary>
public sealed class StreamProjection : IStateProjection<StreamState>
{
    /// <inheritdoc/>
    public async ValueTask ProjectAsync(GrainId grain, StreamState state, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        var row = new StreamRow
        {
            StreamId = IdOf(grain),
            OwnerId = state.OwnerId,
            Name = state.Name,
            Genre = state.Genre,
            Description = state.Description,
            Visibility = StreamCatalogGrain.ToColumn(state.Visibility),
            Monetized = state.Monetized,
            Enabled = state.Enabled,
            CreatedAt = state.CreatedAt.UtcDateTime,
        };
        await StreamTables.WriteAsync(transaction, row, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask RemoveAsync(GrainId grain, NpgsqlTransaction transaction, CancellationToken cancellationToken) =>
        await StreamTables.RemoveAsync(transaction, IdOf(grain), cancellationToken);

    private static Guid IdOf(GrainId grain) => GrainKeys.ParseId(grain.Key.ToString()!);
}
