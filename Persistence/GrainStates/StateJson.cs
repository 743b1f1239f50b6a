using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace AudioOrleans.Persistence.GrainStates;

/// <summary>The JSON format of states. It is stored data: changes here must stay able to read existing rows.</summary>
public static class StateJson
{
    /// <summary>
    /// Names and enum values in snake_case, for readable SQL; unknown fields are ignored, so that an older
    /// version reads a newer state; a missing <see cref="ImmutableArray{T}"/> reads as empty.
    /// </summary>
    public static JsonSerializerOptions Options { get; } = Create();

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            // jsonb reorders the fields of an object, so the type discriminator need not come first.
            AllowOutOfOrderMetadataProperties = true,
            Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower), new StorableStringConverter() },
            TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { ReadMissingArraysAsEmpty } },
        };
        options.MakeReadOnly();
        return options;
    }

    // A default ImmutableArray throws on any use. It occurs when a field is added to a state that was stored without it.
    private static void ReadMissingArraysAsEmpty(JsonTypeInfo type)
    {
        if (type.Kind != JsonTypeInfoKind.Object)
            return;
        var arrays = new List<(JsonPropertyInfo Property, IArrayKind Kind)>();
        foreach (var property in type.Properties)
        {
            if (property.PropertyType.IsGenericType && property.PropertyType.GetGenericTypeDefinition() == typeof(ImmutableArray<>))
            {
                var element = property.PropertyType.GetGenericArguments()[0];
                var kind = (IArrayKind)Activator.CreateInstance(typeof(ArrayKind<>).MakeGenericType(element))!;
                property.ShouldSerialize = (_, value) => !kind.IsDefault(value);
                arrays.Add((property, kind));
            }
        }

        if (arrays.Count == 0)
            return;
        type.OnDeserialized += state =>
        {
            foreach (var (property, kind) in arrays)
            {
                if (property is { Get: { } get, Set: { } set } && kind.IsDefault(get(state)))
                    set(state, kind.Empty);
            }
        };
    }

    private interface IArrayKind
    {
        object Empty { get; }

        bool IsDefault(object? value);
    }

    private sealed class ArrayKind<T> : IArrayKind
    {
        public object Empty { get; } = ImmutableArray<T>.Empty;

        public bool IsDefault(object? value) => value is null or ImmutableArray<T> { IsDefault: true };
    }

    /// <summary>
    /// jsonb cannot store U+0000, which untrusted titles do contain: it becomes U+FFFD, as JSON already does with lone surrogates.
    /// </summary>
    private sealed class StorableStringConverter : JsonConverter<string>
    {
        public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetString();

        public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) =>
            writer.WriteStringValue(Storable(value));

        public override string ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.GetString()!;

        public override void WriteAsPropertyName(Utf8JsonWriter writer, string value, JsonSerializerOptions options) =>
            writer.WritePropertyName(Storable(value));

        private static string Storable(string value) => value.Replace('\0', '\uFFFD');
    }
}
