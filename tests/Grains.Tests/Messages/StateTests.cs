using System.Reflection;
using System.Text.Json.Serialization;
using AudioOrleans.Grains.Streams;

namespace AudioOrleans.Grains.Tests.Messages;

/// <summary>What Orleans asks of states when it compiles them.</summary>
public sealed class StateTests
{
    public static TheoryData<Type> AllStates =>
        [.. typeof(StreamGrain).Assembly.GetTypes().Where(type => type.IsDefined(typeof(GenerateSerializerAttribute), inherit: false))];

    [Theory]
    [MemberData(nameof(AllStates))]
    public void What_is_kept_has_an_id_and_what_goes_along_with_one_write_is_marked(Type state)
    {
        const BindingFlags own = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        var properties = state.GetProperties(own).Where(property => property.SetMethod is not null).ToList();
        var kept = properties.Where(property => !property.IsDefined(typeof(JsonIgnoreAttribute))).ToList();
        Assert.All(kept, property => Assert.True(property.IsDefined(typeof(IdAttribute)), $"{property.Name} has an [Id]"));
        Assert.Equal(kept.Count, kept.Select(property => property.GetCustomAttribute<IdAttribute>()!.Id).Distinct().Count());
        Assert.All(properties.Except(kept), property => Assert.True(
            state.GetField($"<{property.Name}>k__BackingField", own) is { } field && field.IsDefined(typeof(NonSerializedAttribute)),
            $"{property.Name} is [field: NonSerialized]"));
    }
}
