using System.Reflection;
using System.Text.Json.Serialization;
using AudioOrleans.Grains.Streams;

namespace AudioOrleans.Grains.Tests.Messages;

/// <summary>What Orleans requires of state classes when it generates code for them.</summary>
public sealed class StateTests
{
    public static TheoryData<Type> AllStates =>
        [.. typeof(StreamGrain).Assembly.GetTypes().Where(type => type.IsDefined(typeof(GenerateSerializerAttribute), inherit: false))];

    [Theory]
    [MemberData(nameof(AllStates))]
    public void Stored_properties_have_an_id_and_others_are_marked_as_not_serialized(Type state)
    {
        const BindingFlags own = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        var properties = state.GetProperties(own).Where(property => property.SetMethod is not null).ToList();
        var stored = properties.Where(property => !property.IsDefined(typeof(JsonIgnoreAttribute))).ToList();
        Assert.All(stored, property => Assert.True(property.IsDefined(typeof(IdAttribute)), $"{property.Name} has an [Id]"));
        Assert.Equal(stored.Count, stored.Select(property => property.GetCustomAttribute<IdAttribute>()!.Id).Distinct().Count());
        Assert.All(properties.Except(stored), property => Assert.True(
            state.GetField($"<{property.Name}>k__BackingField", own) is { } field && field.IsDefined(typeof(NonSerializedAttribute)),
            $"{property.Name} is [field: NonSerialized]"));
    }
}
