using System.Reflection;
using AudioOrleans.Grains.ApiKeys;
using AudioOrleans.Grains.Streams;
using AudioOrleans.Persistence.GrainStates;

namespace AudioOrleans.Grains.Tests.Storage;

/// <summary>Which state is kept where (ADR 5).</summary>
public sealed class StorageTests
{
    private static readonly List<(string Name, bool IsCommitted, Type State)> States =
    [
        .. from type in typeof(StreamGrain).Assembly.GetTypes()
           from constructor in type.GetConstructors()
           from parameter in constructor.GetParameters()
           let persistent = parameter.GetCustomAttribute<PersistentStateAttribute>()
           let committed = parameter.GetCustomAttribute<CommittedStateAttribute>()
           where persistent is not null || committed is not null
           select (persistent?.StateName ?? committed!.Name, committed is not null, parameter.ParameterType.GetGenericArguments()[0]),
    ];

    /// <summary>State without a read model that is still written in one transaction with the audit trail.</summary>
    private static readonly Type[] Audited = [typeof(ApiKeysState)];

    [Fact]
    public void State_with_a_read_model_or_an_audit_trail_is_committed_state_and_all_other_state_is_in_the_default_storage()
    {
        var projected = typeof(StreamGrain).Assembly.GetTypes().SelectMany(type => type.GetInterfaces())
            .Where(type => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IStateProjection<>))
            .Select(type => type.GetGenericArguments()[0]).Concat(Audited).ToHashSet();
        Assert.NotEmpty(projected);
        Assert.All(States, state => Assert.Equal(projected.Contains(state.State), state.IsCommitted));
        Assert.Contains(States, state => !state.IsCommitted);
    }

    [Fact]
    public void A_state_name_in_the_default_storage_is_used_by_one_grain_because_its_key_has_no_grain_type() =>
        Assert.Equal(["node-directory", "podcast-feed", "stream-reports"], States.Where(state => !state.IsCommitted).Select(state => state.Name).Order());
}
