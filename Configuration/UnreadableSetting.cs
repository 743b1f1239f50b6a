using System.ComponentModel;
using System.Reflection;
using Microsoft.Extensions.Configuration;

namespace AudioOrleans.Configuration;

/// <summary>A setting whose text has the wrong type.</summary>
/// <param name="Key">Its full key.</param>
/// <param name="Text">Its text.</param>
/// <param name="Type">The type of the option.</param>
internal sealed record UnreadableSetting(string Key, string Text, Type Type)
{
    /// <summary>The expected format, as far as the type determines it.</summary>
    public string Expected =>
        Type == typeof(TimeSpan) ? "a duration such as 00:00:30"
        : Type == typeof(bool) ? "true or false"
        : Type.IsEnum ? $"one of {string.Join(", ", Enum.GetNames(Type)).ToLowerInvariant()}"
        : Type == typeof(int) || Type == typeof(long) ? "a whole number"
        : "a value of another type";

    /// <summary>The settings of a section that the binder would reject.</summary>
    public static IEnumerable<UnreadableSetting> Find(IConfigurationSection section, Type options) =>
        options.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite)
            .SelectMany(property => FindIn(section.GetSection(property.Name), Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType));

    private static IEnumerable<UnreadableSetting> FindIn(IConfigurationSection setting, Type type)
    {
        if (type == typeof(string))
            return [];
        var converter = TypeDescriptor.GetConverter(type);
        if (converter.CanConvertFrom(typeof(string)))
            return setting.Value is { } text && !IsReadable(converter, text) ? [new UnreadableSetting(setting.Path, text, type)] : [];
        return type.IsGenericType
            ? setting.GetChildren().SelectMany(item => FindIn(item, type.GenericTypeArguments[^1]))
            : Find(setting, type);
    }

    private static bool IsReadable(TypeConverter converter, string text)
    {
        try
        {
            converter.ConvertFromInvariantString(text);
            return true;
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException or OverflowException or NotSupportedException)
        {
            return false;
        }
    }
}
