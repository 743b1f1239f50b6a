using System.Reflection;
using System.Runtime.CompilerServices;

namespace AudioOrleans.Cluster.Tests.Messages;

/// <summary>Messages without default values, so that a lost value is noticed.</summary>
internal static class SampleMessages
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    public static object Make(Type type)
    {
        if (Nullable.GetUnderlyingType(type) is { } underlying)
            return Make(underlying);
        if (type.IsEnum)
            return Enum.GetValues(type).Cast<object>().Last();
        if (type.IsPrimitive)
            return Convert.ChangeType(1, type, System.Globalization.CultureInfo.InvariantCulture);
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ImmutableArray<>))
            return MakeList(type.GetGenericArguments()[0]);
        return type switch
        {
            _ when type == typeof(string) => "a text",
            _ when type == typeof(Guid) => Guid.CreateVersion7(Noon),
            _ when type == typeof(DateTimeOffset) => Noon,
            _ when type == typeof(TimeSpan) => TimeSpan.FromSeconds(90.5),
            _ when type == typeof(DateOnly) => new DateOnly(2026, 11, 21),
            _ when type == typeof(Uri) => new Uri("https://example.org/audio"),
            _ => MakeMessage(type),
        };
    }

    private static object MakeList(Type item)
    {
        var items = Array.CreateInstance(item, 2);
        for (var i = 0; i < items.Length; i++)
            items.SetValue(Make(item), i);
        return Activator.CreateInstance(typeof(ImmutableArray<>).MakeGenericType(item), BindingFlags.Instance | BindingFlags.NonPublic, null, [items], null)!;
    }

    private static object MakeMessage(Type type)
    {
        Assert.True(type.IsDefined(typeof(GenerateSerializerAttribute)), $"{type} must be a message, or have a sample here");
        var message = RuntimeHelpers.GetUninitializedObject(type);
        foreach (var property in type.GetProperties().Where(property => property.SetMethod is not null))
            property.SetValue(message, Make(property.PropertyType));
        return message;
    }
}
