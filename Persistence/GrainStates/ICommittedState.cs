using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
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
