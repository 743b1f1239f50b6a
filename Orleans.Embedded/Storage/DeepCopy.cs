using System.Collections.Concurrent;
using System.Reflection;

namespace Orleans.Storage;

/// <summary>Copies a state with all it holds. What cannot change is shared.</summary>
internal static class DeepCopy
{
    private static readonly ConcurrentDictionary<Type, FieldInfo[]> Fields = new();
    private static readonly MethodInfo Shallow = typeof(object).GetMethod("MemberwiseClone", BindingFlags.Instance | BindingFlags.NonPublic)!;

    public static object? Of(object? value) => Copy(value, new(ReferenceEqualityComparer.Instance));

    private static object? Copy(object? value, Dictionary<object, object> done)
    {
        if (value is null || IsShared(value.GetType()))
            return value;
        if (done.TryGetValue(value, out var known))
            return known;
        var copy = Shallow.Invoke(value, null)!;
        done[value] = copy;
        if (copy is Array array)
            CopyItems(array, done);
        else
            CopyFields(copy, done);
        return copy;
    }

    private static void CopyItems(Array array, Dictionary<object, object> done)
    {
        if (IsShared(array.GetType().GetElementType()!))
            return;
        var at = new int[array.Rank];
        foreach (var item in array)
        {
            array.SetValue(Copy(item, done), at);
            for (var dimension = array.Rank - 1; dimension >= 0 && ++at[dimension] == array.GetLength(dimension); dimension--)
                at[dimension] = 0;
        }
    }

    private static void CopyFields(object copy, Dictionary<object, object> done)
    {
        foreach (var field in Fields.GetOrAdd(copy.GetType(), FieldsOf))
            field.SetValue(copy, Copy(field.GetValue(copy), done));
    }

    private static FieldInfo[] FieldsOf(Type type)
    {
        List<FieldInfo> fields = [];
        for (var part = type; part is not null; part = part.BaseType)
        {
            fields.AddRange(part.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
                .Where(field => !IsShared(field.FieldType)));
        }

        return [.. fields];
    }

    private static bool IsShared(Type type) =>
        type.IsPrimitive || type.IsEnum || type.IsPointer || type == typeof(string) || type == typeof(Type)
        || typeof(Delegate).IsAssignableFrom(type)
        || type.IsDefined(typeof(ImmutableAttribute), false)
        || type.Namespace == "System.Collections.Immutable"
        || (type.Namespace == "System" && type.IsValueType && !type.IsGenericType)
        || typeof(System.Collections.IEqualityComparer).IsAssignableFrom(type);
}
