using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;

namespace AudioOrleans.Persistence.GrainStates;

/// <summary>
/// A grain's state that changes together with its read models and effects, in one transaction. States are immutable: a change replaces
/// the whole. Constructors of grains take it as <c>[CommittedState("name")] ICommittedState&lt;T&gt;</c>.
/// </summary>
/// <typeparam name="T">The state.</typeparam>
public interface ICommittedState<T>
{
    /// <summary>The state as it was last read or written; a new one when nothing is stored.</summary>
    T State { get; }

    /// <summary>Whether a state is stored.</summary>
    bool Exists { get; }

    /// <summary>Names the stored state: another name with each commit, also of other activations; null when nothing is stored.</summary>
    string? Version { get; }

    /// <summary>
    /// Replaces the state and applies the effects. When anything fails nothing has changed, here and in the database, unless the
    /// connection broke during the commit.
    /// </summary>
    /// <exception cref="InconsistentStateException">Another activation wrote the state meanwhile.</exception>
    /// <exception cref="DatabaseUnavailableException">The database cannot be reached; the change may have been made.</exception>
    Task Commit(T next, params IStateEffect[] effects);

    /// <summary>Makes the next state of the present one, with effects that do not depend on it; see the other overload.</summary>
    Task Commit(Func<T, T> change, params IStateEffect[] effects);

    /// <summary>Decides on the next state and its effects; decides again on what another activation wrote meanwhile.</summary>
    /// <param name="decide">Makes the change from the present state; it may throw, which ends the commit. It must not have effects of its own.</param>
    /// <exception cref="DatabaseUnavailableException">The database cannot be reached; the change may have been made.</exception>
    Task Commit(Func<T, Change<T>> decide);

    /// <summary>Deletes the state, and applies the effects.</summary>
    /// <exception cref="InconsistentStateException">Another activation wrote the state meanwhile.</exception>
    Task Clear(params IStateEffect[] effects);
}

/// <summary>The next state, and what changes with it.</summary>
/// <param name="Next">The next state.</param>
/// <param name="Effects">What changes in the same transaction.</param>
/// <typeparam name="T">The state.</typeparam>
public readonly record struct Change<T>(T Next, params IStateEffect[] Effects)
{
    /// <summary>A change without effects.</summary>
    public static implicit operator Change<T>(T next) => new(next);

    /// <summary>The same change with more effects.</summary>
    public Change<T> With(params IStateEffect[] effects) => new(Next, [.. Effects, .. effects]);
}

/// <summary>Gives a grain's constructor an <see cref="ICommittedState{T}"/>.</summary>
/// <param name="name">The state's name in the table <c>grain_state</c>.</param>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class CommittedStateAttribute(string name) : Attribute, IFacetMetadata
{
    /// <summary>The state's name in the table <c>grain_state</c>.</summary>
    public string Name => name;
}

/// <summary>Makes the states that the constructors of grains ask for (Orleans' facets).</summary>
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
