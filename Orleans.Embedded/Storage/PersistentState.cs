using System.Runtime.CompilerServices;
using Orleans.Storage;

namespace Orleans.Runtime;

/// <summary>One state of an activation, in its storage.</summary>
internal sealed class PersistentState<TState>(Activation activation, string name, IGrainStorage storage) : IPersistentState<TState>
{
    private readonly GrainState<TState> _state = new(New());

    public TState State
    {
        get => _state.State!;
        set => _state.State = value;
    }

    public string? Etag => _state.ETag;

    public bool RecordExists => _state.RecordExists;

    public Task ReadStateAsync() => ReadStateAsync(default);

    public Task WriteStateAsync() => WriteStateAsync(default);

    public Task ClearStateAsync() => ClearStateAsync(default);

    public async Task ReadStateAsync(CancellationToken cancellationToken)
    {
        await Guard(storage.ReadStateAsync(name, activation.GrainId, _state, cancellationToken), "reading", cancellationToken);
        _state.State ??= New();
    }

    public Task WriteStateAsync(CancellationToken cancellationToken) =>
        Guard(storage.WriteStateAsync(name, activation.GrainId, _state, cancellationToken), "writing", cancellationToken);

    public async Task ClearStateAsync(CancellationToken cancellationToken)
    {
        await Guard(storage.ClearStateAsync(name, activation.GrainId, _state, cancellationToken), "clearing", cancellationToken);
        _state.State ??= New();
    }

    /// <summary>A storage's own exceptions reach the grain as Orleans' own; what else it throws comes wrapped in one, as in Orleans.</summary>
    private async Task Guard(Task operation, string doing, CancellationToken cancellationToken)
    {
        try
        {
            await operation;
        }
        catch (Exception exception) when (exception is not OrleansException && !(exception is OperationCanceledException && cancellationToken.IsCancellationRequested))
        {
            throw new OrleansException($"The storage failed while {doing} the state '{name}' of {activation.GrainId}: {exception.Message}", exception);
        }
    }

    /// <summary>An empty state; one without a usable constructor starts with nothing set.</summary>
    private static TState? New()
    {
        var type = typeof(TState);
        if (type.IsValueType || type == typeof(string) || type.IsArray || type.IsAbstract)
            return default;
        return type.GetConstructor(Type.EmptyTypes) is null ? (TState)RuntimeHelpers.GetUninitializedObject(type) : Activator.CreateInstance<TState>();
    }
}
