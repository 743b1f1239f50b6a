using Orleans.Storage;

namespace AudioOrleans.Persistence.GrainStates;

/// <inheritdoc cref="ICommittedState{T}"/>
/// <remarks>The state is read before the grain is activated, or migrates with the activation.</remarks>
internal sealed class CommittedState<T> : ICommittedState<T>, IGrainMigrationParticipant
{
    private const int MaxAttempts = 3;

    private readonly GrainState<T> _stored = new(Activator.CreateInstance<T>());
    private readonly string _name;
    private readonly GrainId _grain;
    private readonly PostgresGrainStorage _storage;
    private bool _isKnown;

    public CommittedState(string name, IGrainContext context, PostgresGrainStorage storage)
    {
        (_name, _grain, _storage) = (name, context.GrainId, storage);
        context.ObservableLifecycle.Subscribe($"committed-state/{name}", GrainLifecycleStage.SetupState, SetUpAsync);
        context.ObservableLifecycle.AddMigrationParticipant(this);
    }

    /// <inheritdoc/>
    public T State => _stored.State!;

    /// <inheritdoc/>
    public bool Exists => _stored.RecordExists;

    /// <inheritdoc/>
    public string? Version => _stored.ETag;

    private string MigrationKey => $"committed-state/{_name}";

    /// <inheritdoc/>
    public async Task Commit(T next, params IStateEffect[] effects)
    {
        var before = _stored.State;
        _stored.State = next;
        try
        {
            await _storage.WriteStateAsync(_name, _grain, _stored, effects, CancellationToken.None);
        }
        catch
        {
            _stored.State = before;
            throw;
        }
    }

    /// <inheritdoc/>
    public Task Commit(Func<T, T> change, params IStateEffect[] effects) => Commit(state => new Change<T>(change(state), effects));

    /// <inheritdoc/>
    public async Task Commit(Func<T, Change<T>> decide)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var (next, effects) = decide(State);
                await Commit(next, effects);
                return;
            }
            catch (InconsistentStateException) when (attempt < MaxAttempts)
            {
                await ReadAsync(CancellationToken.None);
            }
        }
    }

    /// <inheritdoc/>
    public Task Clear(params IStateEffect[] effects) => _storage.ClearStateAsync(_name, _grain, _stored, effects, CancellationToken.None);

    /// <inheritdoc/>
    public void OnDehydrate(IDehydrationContext dehydrationContext)
    {
        if (_isKnown)
            dehydrationContext.TryAddValue(MigrationKey, (State, _stored.ETag));
    }

    /// <inheritdoc/>
    public void OnRehydrate(IRehydrationContext rehydrationContext)
    {
        if (!rehydrationContext.TryGetValue<(T State, string? ETag)>(MigrationKey, out var migrated))
            return;
        (_stored.State, _stored.ETag, _stored.RecordExists, _isKnown) = (migrated.State, migrated.ETag, migrated.ETag is not null, true);
    }

    private Task SetUpAsync(CancellationToken cancellationToken) => _isKnown ? Task.CompletedTask : ReadAsync(cancellationToken);

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        await _storage.ReadStateAsync(_name, _grain, _stored, cancellationToken);
        _isKnown = true;
    }
}
