using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Orleans.Storage;

namespace AudioOrleans.Persistence.GrainStates;

/// <summary>
/// A grain's state that changes together with its read models and effects, in one transaction. States are immutable: a change replaces
/// the whole state. Grain constructors inject it as <c>[CommittedState("name")] ICommittedState&lt;T&gt;</c>.
/// </summary>
/// <typeparam name="T">The state.</typeparam>
public interface ICommittedState<T>
{
    /// <summary>The state as last read or written; a new one if nothing is stored.</summary>
    T State { get; }

    /// <summary>Whether a state is stored.</summary>
    bool Exists { get; }

    /// <summary>Identifies the stored state: changes with each commit, including those of other activations; null if nothing is stored.</summary>
    string? Version { get; }

    /// <summary>
    /// Replaces the state and applies the effects. If anything fails, nothing has changed, in memory or in the database, unless the
    /// connection broke during the commit.
    /// </summary>
    /// <exception cref="InconsistentStateException">Another activation has written the state in the meantime.</exception>
    /// <exception cref="DatabaseUnavailableException">The database cannot be reached; the change may have been made.</exception>
    Task Commit(T next, params IStateEffect[] effects);

    /// <summary>Computes the next state from the current one, with effects that do not depend on it; see the other overload.</summary>
    Task Commit(Func<T, T> change, params IStateEffect[] effects);

    /// <summary>Computes the next state and its effects, and recomputes them if another activation has written the state in the meantime.</summary>
    /// <param name="decide">Computes the change from the current state; an exception aborts the commit. It must not have side effects.</param>
    /// <exception cref="DatabaseUnavailableException">The database cannot be reached; the change may have been made.</exception>
    Task Commit(Func<T, Change<T>> decide);

    /// <summary>Deletes the state, and applies the effects.</summary>
    /// <exception cref="InconsistentStateException">Another activation has written the state in the meantime.</exception>
    Task Clear(params IStateEffect[] effects);
}

/// <summary>The next state and its effects.</summary>
/// <param name="Next">The next state.</param>
/// <param name="Effects">The effects in the same transaction.</param>
/// <typeparam name="T">The state.</typeparam>
public readonly record struct Change<T>(T Next, params IStateEffect[] Effects)
{
    /// <summary>A change without effects.</summary>
    public static implicit operator Change<T>(T next) => new(next);

    /// <summary>The same change with additional effects.</summary>
    public Change<T> With(params IStateEffect[] effects) => new(Next, [.. Effects, .. effects]);
}

/// <summary>Injects an <see cref="ICommittedState{T}"/> into a grain's constructor.</summary>
/// <param name="name">The state's name in the table <c>grain_state</c>.</param>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class CommittedStateAttribute(string name) : Attribute, IFacetMetadata
{
    /// <summary>The state's name in the table <c>grain_state</c>.</summary>
    public string Name => name;
}

/// <summary>Creates the states that grain constructors inject (Orleans' facets).</summary>
internal sealed class CommittedStateMapper : IAttributeToFactoryMapper<CommittedStateAttribute>
{
    private static readonly MethodInfo CreateMethod = typeof(CommittedStateMapper).GetMethod(nameof(Create), BindingFlags.NonPublic | BindingFlags.Static)!;

    /// <inheritdoc/>
    public Factory<IGrainContext, object> GetFactory(ParameterInfo parameter, CommittedStateAttribute metadata)
    {
        var create = CreateMethod.MakeGenericMethod(parameter.ParameterType.GetGenericArguments()).CreateDelegate<Func<IGrainContext, string, object>>();
        return context => create(context, metadata.Name);
    }

    private static CommittedState<T> Create<T>(IGrainContext context, string name) =>
        new(name, context, context.ActivationServices.GetRequiredService<PostgresGrainStorage>());
}

/// <summary>
/// A change that is made together with a grain's state: an enqueued job, a timeline entry. It runs in the transaction that writes the
/// state, so that either both are committed or neither is.
/// </summary>
/// <remarks>An exception rolls back the write and reaches the grain.</remarks>
public interface IStateEffect
{
    /// <summary>Whether it runs before the state's read models are written, because it locks or validates; otherwise it runs after them.</summary>
    bool IsGuard => false;

    /// <summary>Makes the change.</summary>
    ValueTask ApplyAsync(StateWrite write);
}

/// <summary>One write or clear of a state, while its transaction is open.</summary>
/// <param name="grain">The grain whose state it is.</param>
/// <param name="transaction">The transaction that writes it.</param>
/// <param name="services">The silo's services.</param>
/// <param name="cancellationToken">Cancels the write.</param>
public sealed class StateWrite(GrainId grain, NpgsqlTransaction transaction, IServiceProvider services, CancellationToken cancellationToken)
{
    /// <summary>The grain whose state it is.</summary>
    public GrainId Grain => grain;

    /// <summary>The transaction that writes it.</summary>
    public NpgsqlTransaction Transaction => transaction;

    /// <summary>Cancels the write.</summary>
    public CancellationToken CancellationToken => cancellationToken;

    /// <summary>Detail for the audit trail in addition to the caller's action; null for none.</summary>
    public string? AuditDetail { get; internal set; }

    /// <summary>A service that an effect uses, such as a table.</summary>
    public T Service<T>() where T : notnull => services.GetRequiredService<T>();
}

/// <summary>Adds detail to the audit trail, such as the names of changed fields. Never a value that may be secret.</summary>
/// <param name="Text">The detail of the entry.</param>
public sealed record AuditDetail(string Text) : IStateEffect
{
    /// <inheritdoc/>
    public ValueTask ApplyAsync(StateWrite write)
    {
        write.AuditDetail = Text;
        return ValueTask.CompletedTask;
    }
}

/// <summary>
/// Updates read-model rows with a state: it runs in the transaction that writes the state, so that both change or neither does.
/// Register it in the services as <c>IStateProjection&lt;TState&gt;</c>; a state may have several.
/// </summary>
/// <remarks>An exception rolls back the write and reaches the grain. It must touch rows of its own grain only, or deadlocks follow.</remarks>
/// <typeparam name="TState">The state to project.</typeparam>
public interface IStateProjection<in TState>
{
    /// <summary>The state is being written: update the rows.</summary>
    ValueTask ProjectAsync(GrainId grain, TState state, NpgsqlTransaction transaction, CancellationToken cancellationToken);

    /// <summary>The state is being cleared: delete the rows.</summary>
    ValueTask RemoveAsync(GrainId grain, NpgsqlTransaction transaction, CancellationToken cancellationToken);
}

/// <summary>
/// Participates in the writes and clears of all states, whatever their type: it runs in the transaction that changes the state, after its
/// effects, so that either both are committed or neither is. Register it in the services as <c>IWriteInterceptor</c>.
/// </summary>
/// <remarks>An exception rolls back the write and reaches the grain.</remarks>
public interface IWriteInterceptor
{
    /// <summary>Whether it has work in the current call; checked before each change, so it must be cheap.</summary>
    bool HasWork { get; }

    /// <summary>A state of a grain was written or cleared.</summary>
    ValueTask WriteAsync(StateWrite write);
}
